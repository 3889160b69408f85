#pragma once

#include <openssl/crypto.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace batch_cancel::wire
{

/** Overwrite memory that held a secret. The compiler does not leave it out, even if nobody reads the memory again. */
inline void wipe(void* memory, std::size_t size) noexcept
{
    OPENSSL_cleanse(memory, size);
}

/** Overwrite all that a text has room for, so that no end of a longer text before it stays, and make it empty. */
template <class Traits, class Allocator>
void wipe(std::basic_string<char, Traits, Allocator>& text) noexcept
{
    text.resize(text.capacity());
    wipe(text.data(), text.size());
    text.clear();
}

/** Overwrites what it gives back: also the old memory of a container that grows. */
template <class T>
struct wiping_allocator
{
    using value_type = T;

    wiping_allocator() noexcept = default;

    template <class Other>
    wiping_allocator(wiping_allocator<Other> const&) noexcept
    {
    }

    T* allocate(std::size_t count)
    {
        return std::allocator<T>{}.allocate(count);
    }

    void deallocate(T* memory, std::size_t count) noexcept
    {
        wipe(memory, count * sizeof(T));
        std::allocator<T>{}.deallocate(memory, count);
    }

    friend bool operator==(wiping_allocator const&, wiping_allocator const&) noexcept
    {
        return true;
    }
};

/** A text that may hold a secret among other things. (Fewer than 16 bytes are not on the heap, and not overwritten.) */
using wiped_string = std::basic_string<char, std::char_traits<char>, wiping_allocator<char>>;

template <class T>
using wiped_vector = std::vector<T, wiping_allocator<T>>;

}  // namespace batch_cancel::wire
