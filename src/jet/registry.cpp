#include "jet/registry.h"

#include "base/error.h"
#include "jet/backup_service.h"
#include "os/process.h"

namespace ese::jet {
namespace {

const std::uint32_t own_process = os::process_id();

JET_INSTANCE handle_of(const engine::Instance& instance) { return reinterpret_cast<JET_INSTANCE>(&instance); }

}  // namespace

Registry& Registry::global() {
    static Registry registry;
    return registry;
}

// A child that the program forked has its memory, but neither its threads nor its locks: there the instances are left
// alone.
Registry::~Registry() {
    if (os::process_id() != own_process) {
        static_cast<void>(new std::map(std::move(instances_)));
        return;
    }
    for (const auto& [handle, instance] : all()) instance->stop_serving();
}

JET_INSTANCE Registry::create(const std::string& name) {
    const std::lock_guard hold(mutex_);
    if (mode_ == Mode::single)
        throw Error(ErrorKind::usage, JET_errRunningInOneInstanceMode,
                    "JetCreateInstance after JetInit without an instance");
    for (const auto& [handle, instance] : instances_)
        if (!name.empty() && instance->name() == name)
            throw Error(ErrorKind::usage, JET_errInstanceNameInUse, "there is an instance named " + name + " already");
    if (instances_.size() >= defaults_.number(JET_paramMaxInstances))
        throw Error(JET_errTooManyInstances, "there are " + std::to_string(instances_.size()) +
                                                 " instances already, the most that JET_paramMaxInstances allows");
    auto instance = std::make_shared<engine::Instance>(os::real_file_system(), os::real_clock(), name, defaults_,
                                                       backup_service());
    const JET_INSTANCE handle = handle_of(*instance);
    instances_[handle] = std::move(instance);
    mode_ = Mode::multiple;
    return handle;
}

JET_INSTANCE Registry::create_single() {
    const std::lock_guard hold(mutex_);
    if (mode_ == Mode::multiple)
        throw Error(ErrorKind::usage, JET_errRunningInMultiInstanceMode,
                    "this call means the only instance, but instances were made by JetCreateInstance");
    if (instances_.empty()) {
        auto instance = std::make_shared<engine::Instance>(os::real_file_system(), os::real_clock(), "", defaults_,
                                                           backup_service());
        const JET_INSTANCE handle = handle_of(*instance);
        instances_[handle] = std::move(instance);
    }
    mode_ = Mode::single;
    return instances_.begin()->first;
}

std::shared_ptr<engine::Instance> Registry::find(JET_INSTANCE instance) const {
    const std::lock_guard hold(mutex_);
    if (instance == 0 && mode_ == Mode::single && !instances_.empty()) return instances_.begin()->second;
    const auto found = instances_.find(instance);
    if (found == instances_.end())
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "this is no instance, or one that was terminated");
    return found->second;
}

std::shared_ptr<engine::Instance> Registry::single() const {
    const std::lock_guard hold(mutex_);
    if (mode_ == Mode::multiple)
        throw Error(ErrorKind::usage, JET_errRunningInMultiInstanceMode,
                    "this call means the only instance, but instances were made by JetCreateInstance");
    if (instances_.empty() && restoring_)
        throw Error(ErrorKind::busy, JET_errRestoreInProgress, "a restore of this process is in progress");
    if (instances_.empty()) throw Error(ErrorKind::usage, JET_errNotInitialized, "JetInit was not called");
    return instances_.begin()->second;
}

Registry::Restoring::Restoring(Registry& registry) : registry_(registry) {
    const std::lock_guard hold(registry_.mutex_);
    if (registry_.restoring_)
        throw Error(ErrorKind::busy, JET_errRestoreInProgress, "another restore of this process is in progress");
    registry_.restoring_ = true;
}

Registry::Restoring::~Restoring() {
    const std::lock_guard hold(registry_.mutex_);
    registry_.restoring_ = false;
}

bool Registry::in_single_mode() const {
    const std::lock_guard hold(mutex_);
    return mode_ == Mode::single;
}

void Registry::erase(const engine::Instance& instance) {
    const std::lock_guard hold(mutex_);
    instances_.erase(handle_of(instance));
    std::erase_if(sessions_, [&](const auto& entry) {
        const auto owner = entry.second.lock();
        return !owner || owner.get() == &instance;
    });
    if (instances_.empty()) mode_ = Mode::undecided;
}

std::vector<std::pair<JET_INSTANCE, std::shared_ptr<engine::Instance>>> Registry::all() const {
    const std::lock_guard hold(mutex_);
    return {instances_.begin(), instances_.end()};
}

JET_SESID Registry::begin_session(const std::shared_ptr<engine::Instance>& instance) {
    const std::lock_guard hold(mutex_);
    const JET_SESID session = next_session_;
    instance->begin_session(session);
    sessions_[session] = instance;
    ++next_session_;
    return session;
}

void Registry::end_session(JET_SESID session) {
    of_session(session)->end_session(session);
    const std::lock_guard hold(mutex_);
    sessions_.erase(session);
}

std::shared_ptr<engine::Instance> Registry::of_session(JET_SESID session) const {
    const std::lock_guard hold(mutex_);
    const auto found = sessions_.find(session);
    auto instance = found == sessions_.end() ? nullptr : found->second.lock();
    if (!instance) throw Error(ErrorKind::usage, JET_errInvalidSesid, "this is no session, or one that was ended");
    return instance;
}

}  // namespace ese::jet
