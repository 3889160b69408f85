#pragma once

#include <filesystem>
#include <string>

namespace batch_cancel::net
{

/** The password of a private key, or none. Where OpenSSL is not given one, it asks on the terminal.

    The password is wiped from memory at the end. */
class key_password
{
public:
    /** @param file  Its first line is the password. Empty: there is none.
        @par Errors  Throws described_error with errc::bad_configuration: the file cannot be read, or holds no password. */
    explicit key_password(std::filesystem::path const& file);

    key_password(key_password const&) = delete;
    key_password& operator=(key_password const&) = delete;

    ~key_password();

    /** What OpenSSL calls for the password of what it reads.
        @param self  The key_password. Null: there is none. */
    static int give(char* into, int size, int is_for_writing, void* self) noexcept;

    /** Whether OpenSSL has needed it. */
    bool was_needed() const noexcept
    {
        return was_needed_;
    }

private:
    std::string value_;
    bool was_needed_{false};
};

}  // namespace batch_cancel::net
