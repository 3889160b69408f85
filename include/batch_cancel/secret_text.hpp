#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace batch_cancel
{

/** A text that nobody must find in the memory of the process later, such as a bearer token. Its bytes are overwritten when it
    is assigned to, moved into another one or destroyed. Never printed by the library.

    @par Thread safety  As std::string. */
class secret_text
{
public:
    secret_text() noexcept = default;

    /** Copy a text. The original stays as it is: whoever owns it has to overwrite it. */
    template <class Text>
    requires(std::convertible_to<Text const&, std::string_view> && !std::same_as<Text, secret_text>)
        secret_text(Text const& text)
        : secret_text(std::string_view{text}, copy_tag{})
    {
    }

    /** Take a text over: the original is overwritten and then empty. */
    secret_text(std::string&& text);

    secret_text(secret_text const& other);

    secret_text(secret_text&& other) noexcept
        : data_(std::exchange(other.data_, nullptr))
        , size_(std::exchange(other.size_, 0))
    {
    }

    secret_text& operator=(secret_text other) noexcept
    {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }

    ~secret_text();

    /** Valid until this is assigned to, moved from or destroyed. */
    std::string_view view() const noexcept
    {
        return {data_, size_};
    }

    operator std::string_view() const noexcept
    {
        return view();
    }

    bool empty() const noexcept
    {
        return size_ == 0;
    }

    /** In bytes. */
    std::size_t size() const noexcept
    {
        return size_;
    }

    template <std::convertible_to<std::string_view> Text>
    friend bool operator==(secret_text const& secret, Text const& text) noexcept
    {
        return secret.view() == std::string_view{text};
    }

private:
    struct copy_tag
    {
    };

    secret_text(std::string_view text, copy_tag);

    char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace batch_cancel
