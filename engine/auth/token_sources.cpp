#include "auth/file_start.hpp"
#include "wire/request_template.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/token_source.hpp>

#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;

namespace
{

constexpr std::size_t longest_file = wire::longest_token + 2;  // and a line end

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
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
        auto value = read();
        if (value != last_.value)
        {
            last_.value = std::move(value);
            ++last_.generation;
        }
        co_return last_;
    }

private:
    secret_text read() const
    {
        auto const content = auth::read_start_of_file(file_, longest_file + 1);
        if (!content)
            throw described_error(errc::token_not_available, "cannot read the token file " + file_.string());
        auto const token = trimmed(*content);
        if (content->size() > longest_file || token.size() > wire::longest_token)
            throw described_error(errc::token_not_available,
                                  "the token file " + file_.string() + " holds more than 64 KiB, so it is no token");
        if (token.empty())
            throw described_error(errc::token_not_available, "the token file " + file_.string() + " is empty");
        return token;
    }

    std::filesystem::path file_;
    access_token last_;
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
