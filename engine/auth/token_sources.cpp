#include <batch_cancel/errc.hpp>
#include <batch_cancel/token_source.hpp>
#include <batch_cancel/token_text.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;

namespace
{

/** What changes when a file is written or replaced. */
struct file_stamp
{
    ::dev_t device{};
    ::ino_t number{};
    ::off_t size{};
    std::int64_t seconds{};
    std::int64_t nanoseconds{};

    bool operator==(file_stamp const&) const = default;
};

// Nothing if there is no such file, or it is a pipe, which must not be opened just to look.
std::optional<file_stamp> stamp_of(std::filesystem::path const& file) noexcept
{
    struct stat found
    {
    };
    if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
        return std::nullopt;
    return file_stamp{.device = found.st_dev,
                      .number = found.st_ino,
                      .size = found.st_size,
                      .seconds = found.st_mtim.tv_sec,
                      .nanoseconds = found.st_mtim.tv_nsec};
}

// File systems count time in steps: what is written twice within one has the same stamp.
bool may_change_unseen(file_stamp const& stamp) noexcept
{
    constexpr std::int64_t longest_step = 2;  // seconds
    return std::time(nullptr) - stamp.seconds <= longest_step;
}

class fixed_token final : public token_source
{
public:
    explicit fixed_token(secret_text value)
        : value_(std::move(value))
    {
    }

    asio::awaitable<access_token> get(std::uint64_t) override
    {
        access_token token{value_, 1};
        co_return token;
    }

private:
    secret_text value_;
};

class file_token final : public token_source
{
public:
    explicit file_token(std::filesystem::path file)
        : file_(std::move(file))
    {
    }

    asio::awaitable<access_token> get(std::uint64_t) override
    {
        auto const stamp = stamp_of(file_);
        auto had = read();
        read_at_ = stamp;
        is_sure_ = stamp && !may_change_unseen(*stamp);
        if (had.token != last_.value)
        {
            last_.value = std::move(had.token);
            ++last_.generation;
        }
        last_.expires = had.expires;
        co_return last_;
    }

    bool can_change() const noexcept override
    {
        return true;
    }

    bool has_news() noexcept override
    {
        auto const stamp = stamp_of(file_);
        return stamp && (!is_sure_ || stamp != read_at_);
    }

    std::string name() const override
    {
        return "the token file " + file_.string();
    }

private:
    token_reading read() const
    {
        // A pipe may never have a writer, and everything would wait for one.
        std::error_code unknown;
        auto const status = std::filesystem::status(file_, unknown);
        if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
            throw described_error(errc::token_not_available, name() + " is not a regular file");
        token_reading had;
        try
        {
            had = read_token_file(file_);
        }
        catch (std::system_error const& failed)
        {
            // Some remove a file before they write it anew.
            auto const code = failed.code() == std::errc::no_such_file_or_directory ? errc::token_not_ready
                                                                                    : errc::token_not_available;
            throw described_error(code, failed.what());
        }
        if (had.token.empty())
            throw described_error(had.is_unfinished ? errc::token_not_ready : errc::token_not_available,
                                  name() + " " + had.fault);
        return had;
    }

    std::filesystem::path file_;
    access_token last_;
    std::optional<file_stamp> read_at_;  // of the file as it was when `last_` was read
    bool is_sure_{false};                // a later write would show in the stamp
};

}  // namespace

std::unique_ptr<token_source> make_fixed_token(secret_text value)
{
    return std::make_unique<fixed_token>(std::move(value));
}

std::unique_ptr<token_source> make_file_token(std::filesystem::path file)
{
    return std::make_unique<file_token>(std::move(file));
}

}  // namespace batch_cancel
