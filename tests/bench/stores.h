#pragma once

// The same records in three stores, so that the live engine can be compared: ours, SQLite and LMDB, each with the
// durability of a commit that is on stable storage when it returns.

#include <cstdint>
#include <memory>
#include <string>

namespace bench {

constexpr std::size_t value_bytes = 200;

// One connection, for one thread.
class Connection {
 public:
    virtual ~Connection() = default;
    virtual void begin() = 0;
    virtual void commit() = 0;
    virtual void insert(std::uint64_t key, const std::string& value) = 0;
    virtual void update(std::uint64_t key, const std::string& value) = 0;
    // The first byte of its value.
    virtual char read(std::uint64_t key) = 0;
    // How many records there are, each looked at.
    virtual std::uint64_t scan() = 0;
};

class Store {
 public:
    virtual ~Store() = default;
    virtual std::string name() const = 0;
    virtual std::unique_ptr<Connection> connect() = 0;
    // Takes a whole backup of the store while others work, no faster than so many bytes a second, and returns how many
    // bytes that has read; 0: it can't.
    virtual std::uint64_t back_up(double /*bytes_a_second*/) { return 0; }
    // The file that a backup mostly reads.
    virtual std::string file() const { return {}; }
};

std::unique_ptr<Store> make_esent(const std::string& directory);
std::unique_ptr<Store> make_sqlite(const std::string& directory);
std::unique_ptr<Store> make_lmdb(const std::string& directory);

}  // namespace bench
