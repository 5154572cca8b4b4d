#pragma once

// The instances and sessions of this process, and the defaults that new instances start from. Any thread may call
// anything here.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/instance/instance.h"
#include "esent.h"

namespace ese::jet {

class Registry {
 public:
    static Registry& global();
    // Of a process that ends without JetTerm: servers end while what they call is still there.
    ~Registry();

    // JET_errRunningInOneInstanceMode, JET_errInstanceNameInUse.
    JET_INSTANCE create(const std::string& name);
    // The instance that the calls without an instance argument mean; made when it is not there yet.
    // JET_errRunningInMultiInstanceMode if instances were made by name.
    JET_INSTANCE create_single();
    // Throws JET_errInvalidParameter for a handle that is none.
    std::shared_ptr<engine::Instance> find(JET_INSTANCE instance) const;
    // JET_errRunningInMultiInstanceMode; where there is no instance at all JET_errRestoreInProgress while a restore runs,
    // else JET_errNotInitialized.
    std::shared_ptr<engine::Instance> single() const;
    bool in_single_mode() const;
    void erase(const engine::Instance& instance);
    std::vector<std::pair<JET_INSTANCE, std::shared_ptr<engine::Instance>>> all() const;

    // One restore at a time in a process, as in the original. Throws JET_errRestoreInProgress for a second one.
    class Restoring {
     public:
        explicit Restoring(Registry& registry);
        ~Restoring();
        Restoring(const Restoring&) = delete;
        Restoring& operator=(const Restoring&) = delete;

     private:
        Registry& registry_;
    };

    JET_SESID begin_session(const std::shared_ptr<engine::Instance>& instance);
    void end_session(JET_SESID session);
    // Throws JET_errInvalidSesid.
    std::shared_ptr<engine::Instance> of_session(JET_SESID session) const;

    // For parameters set without an instance. The lock is the caller's to hold through `work`.
    template <class Work>
    auto with_defaults(Work work) {
        const std::lock_guard hold(mutex_);
        return work(defaults_);
    }

 private:
    enum class Mode { undecided, single, multiple };

    mutable std::mutex mutex_;
    Mode mode_ = Mode::undecided;
    engine::Parameters defaults_;
    std::map<JET_INSTANCE, std::shared_ptr<engine::Instance>> instances_;
    std::map<JET_SESID, std::weak_ptr<engine::Instance>> sessions_;
    JET_SESID next_session_ = 1;
    bool restoring_ = false;
};

}  // namespace ese::jet
