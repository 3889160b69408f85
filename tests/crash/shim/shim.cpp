// Preloaded into the command: counts the calls on which its honesty depends, and lets a chosen one fail, or ends the process
// around it. Everything else goes to the C library untouched. Files are known by their names, so nothing is kept of descriptors.
#include "board.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace
{

using namespace batch_cancel::crash;

// The C library's own function of a name. Found at the first call: constructors of others may run before ours.
template <class Function>
Function* next(char const* name)
{
    auto* const found = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
    if (found == nullptr)
        ::abort();
    return found;
}

#define NEXT(name) static auto* const real = next<decltype(::name)>(#name)

board* open_board()
{
    auto const* const path = ::getenv(board_variable);
    if (path == nullptr)
        return nullptr;
    NEXT(open);
    int const file = real(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        ::abort();
    void* const mapped = ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (mapped == MAP_FAILED)
        ::abort();
    return static_cast<board*>(mapped);
}

board* here()
{
    static board* const opened = open_board();
    return opened;
}

// Before the command has taken the last descriptor that it may have.
[[gnu::constructor]] void open_early()
{
    here();
}

enum class role
{
    other,
    journal,
    report,
    folder,
};

std::string_view last_part(std::string_view path)
{
    auto const slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

role role_of_path(std::string_view path)
{
    auto const* const plan = here();
    if (plan == nullptr)
        return role::other;
    auto const name = last_part(path);
    std::string_view const report(plan->report_name);
    if (name == plan->journal_name)
        return role::journal;
    // Until it is whole, a report has a name of its own that contains the final one.
    return !report.empty() && name.find(report) != std::string_view::npos ? role::report : role::other;
}

role role_of(int file)
{
    int const before = errno;
    char link[32];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    auto const size = ::readlink(link, path, sizeof path);
    auto found = role::other;
    struct stat facts;
    if (size > 0)
        found = role_of_path({path, static_cast<std::size_t>(size)});
    if (found == role::other && ::fstat(file, &facts) == 0 && S_ISDIR(facts.st_mode))
        found = role::folder;
    errno = before;
    return found;
}

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

// What is to become of a call.
struct fate
{
    deed what = deed::none;
    int error = 0;
};

fate count(call_kind kind)
{
    auto* const plan = here();
    auto const number = ++plan->calls[static_cast<std::size_t>(kind)];
    if (plan->kind != kind || plan->what == deed::none || number < plan->number)
        return {};
    bool const is_first = number == plan->number;
    bool const was_cut_short = plan->what == deed::cut_short && plan->error != 0 && number == plan->number + 1;
    if (!is_first && plan->is_lasting == 0 && !was_cut_short)
        return {};
    auto const what = is_first ? plan->what : deed::fail;
    if (what == deed::kill_before)
    {
        ++plan->done;
        die();
    }
    if (what == deed::fail || what == deed::cut_short)
        ++plan->done;
    return {what, plan->error};
}

void end_within(fate const& met)
{
    if (met.what == deed::pause_after)
    {
        ++here()->done;
        ::raise(SIGSTOP);
    }
    if (met.what != deed::kill_within && met.what != deed::kill_after)
        return;
    ++here()->done;
    die();
}

// A call without bytes: it is made or it is not.
template <class Call>
auto whole(call_kind kind, Call call) -> decltype(call())
{
    auto const met = count(kind);
    if (met.what == deed::fail)
    {
        errno = met.error;
        return -1;
    }
    if (met.what == deed::kill_within)
        end_within(met);
    auto const result = call();
    end_within(met);
    return result;
}

// A call that hands out bytes: `call` makes it for so many of them.
template <class Call>
ssize_t partial(call_kind kind, std::size_t size, Call call)
{
    auto const met = count(kind);
    if (met.what == deed::fail)
    {
        errno = met.error;
        return -1;
    }
    bool const is_cut = met.what == deed::cut_short || met.what == deed::kill_within;
    auto const result = call(is_cut ? size / 2 : size);
    end_within(met);
    return result;
}

void note_size(int file)
{
    int const before = errno;
    struct stat facts;
    if (::fstat(file, &facts) == 0)
        here()->written = static_cast<std::uint64_t>(facts.st_size);
    errno = before;
}

// The gathering calls are few: the first half of the bytes goes out of the first pieces.
std::size_t size_of(iovec const* pieces, int number)
{
    std::size_t size = 0;
    for (int i = 0; i < number; ++i)
        size += pieces[i].iov_len;
    return size;
}

int pieces_for(iovec const* pieces, int number, std::size_t size, iovec* into, int most)
{
    int used = 0;
    for (; used < number && used < most && size > 0; ++used)
    {
        into[used] = pieces[used];
        into[used].iov_len = std::min(into[used].iov_len, size);
        size -= into[used].iov_len;
    }
    return used;
}

constexpr int most_pieces = 64;

template <class Call>
ssize_t gathered(call_kind kind, iovec const* pieces, int number, Call call)
{
    return partial(kind, size_of(pieces, number),
                   [&](std::size_t size)
                   {
                       iovec cut[most_pieces];
                       int const used = pieces_for(pieces, number, size, cut, most_pieces);
                       return call(cut, used);
                   });
}

template <class Call>
ssize_t file_write(int file, Call call)
{
    auto const is = here() == nullptr ? role::other : role_of(file);
    if (is == role::other || is == role::folder)
        return call(call_kind::none);
    auto const result = call(is == role::journal ? call_kind::write : call_kind::report_write);
    return result;
}

template <class Call>
int file_sync(int file, Call call)
{
    auto* const plan = here();
    auto const is = plan == nullptr ? role::other : role_of(file);
    if (is == role::other)
        return call();
    if (is == role::report)
        return whole(call_kind::report_sync, call);
    if (is == role::folder)
        return whole(call_kind::sync_name,
                     [&]
                     {
                         int const result = call();
                         if (result == 0)
                             plan->name_synced = 1;
                         return result;
                     });
    return whole(call_kind::sync,
                 [&]
                 {
                     note_size(file);
                     auto const covered = plan->written.load();
                     auto const truncated = plan->truncated.load();
                     if (plan->sync_delay_us != 0)
                         ::usleep(plan->sync_delay_us);
                     int const result = call();
                     if (result == 0)
                     {
                         plan->synced = covered;
                         if (truncated != 0)
                             plan->truncated = 0;
                     }
                     return result;
                 });
}

template <class Call>
int file_open(char const* path, int flags, Call call)
{
    auto const is = here() == nullptr ? role::other : role_of_path(path);
    if (is == role::other || (flags & O_DIRECTORY) != 0)
        return call();
    if (is == role::report)
        return whole(call_kind::report_open, call);
    int const file = whole(call_kind::open, call);
    if (file >= 0)
        note_size(file);
    return file;
}

bool begins_request(void const* bytes, std::size_t size)
{
    // The first byte of a TLS record of application data, or of a request in the clear.
    return size > 0 && here() != nullptr &&
           (static_cast<char const*>(bytes)[0] == 'P' || static_cast<unsigned char const*>(bytes)[0] == 0x17);
}

void note_sent()
{
    auto* const plan = here();
    bool const is_io = plan->what == deed::fail || plan->what == deed::cut_short;
    if (is_io && plan->done != 0)
        ++plan->sent_after_failure;
    if (plan->name_synced == 0)
        ++plan->sent_before_name;
}

ssize_t received(ssize_t size, void const* bytes)
{
    bool const begins =
        size > 0 && here() != nullptr &&
        (static_cast<char const*>(bytes)[0] == 'H' || static_cast<unsigned char const*>(bytes)[0] == 0x17);
    if (begins)
    {
        auto const met = count(call_kind::receive);
        end_within(met);
    }
    return size;
}

template <class Call>
int lock_call(int file, Call call)
{
    bool const matters = here() != nullptr && role_of(file) == role::journal;
    return matters ? whole(call_kind::lock, call) : call();
}

template <class Call>
int truncate_call(bool matters, std::uint64_t size, Call call)
{
    if (!matters)
        return call();
    return whole(call_kind::truncate,
                 [&]
                 {
                     int const result = call();
                     if (result == 0)
                     {
                         auto* const plan = here();
                         plan->written = size;
                         plan->synced = std::min<std::uint64_t>(plan->synced, size);
                         plan->truncated = 1;
                     }
                     return result;
                 });
}

template <class Call>
int rename_call(char const* to, Call call)
{
    bool const matters = here() != nullptr && role_of_path(to) != role::other;
    return matters ? whole(call_kind::rename, call) : call();
}

}  // namespace

extern "C"
{
    ssize_t write(int file, void const* bytes, size_t size)
    {
        NEXT(write);
        return file_write(file,
                          [&](call_kind kind) -> ssize_t
                          {
                              if (kind == call_kind::none)
                                  return real(file, bytes, size);
                              return partial(kind, size,
                                             [&](std::size_t part)
                                             {
                                                 auto const result = real(file, bytes, part);
                                                 if (kind == call_kind::write)
                                                     note_size(file);
                                                 return result;
                                             });
                          });
    }

    ssize_t pwrite(int file, void const* bytes, size_t size, off_t at)
    {
        NEXT(pwrite);
        return file_write(file,
                          [&](call_kind kind) -> ssize_t
                          {
                              if (kind == call_kind::none)
                                  return real(file, bytes, size, at);
                              return partial(kind, size,
                                             [&](std::size_t part)
                                             {
                                                 auto const result = real(file, bytes, part, at);
                                                 if (kind == call_kind::write)
                                                     note_size(file);
                                                 return result;
                                             });
                          });
    }

    ssize_t pwrite64(int file, void const* bytes, size_t size, off64_t at)
    {
        return pwrite(file, bytes, size, at);
    }

    ssize_t writev(int file, iovec const* pieces, int number)
    {
        NEXT(writev);
        return file_write(file,
                          [&](call_kind kind) -> ssize_t
                          {
                              if (kind == call_kind::none)
                                  return real(file, pieces, number);
                              return gathered(kind, pieces, number,
                                              [&](iovec const* cut, int used)
                                              {
                                                  auto const result = real(file, cut, used);
                                                  if (kind == call_kind::write)
                                                      note_size(file);
                                                  return result;
                                              });
                          });
    }

    ssize_t read(int file, void* into, size_t size)
    {
        NEXT(read);
        if (here() == nullptr || role_of(file) != role::journal)
            return real(file, into, size);
        return partial(call_kind::read, size,
                       [&](std::size_t part) { return real(file, into, std::max<std::size_t>(part, 1)); });
    }

    ssize_t pread(int file, void* into, size_t size, off_t at)
    {
        NEXT(pread);
        if (here() == nullptr || role_of(file) != role::journal)
            return real(file, into, size, at);
        return partial(call_kind::read, size,
                       [&](std::size_t part) { return real(file, into, std::max<std::size_t>(part, 1), at); });
    }

    ssize_t pread64(int file, void* into, size_t size, off64_t at)
    {
        return pread(file, into, size, at);
    }

    int fdatasync(int file)
    {
        NEXT(fdatasync);
        return file_sync(file, [&] { return real(file); });
    }

    int fsync(int file)
    {
        NEXT(fsync);
        return file_sync(file, [&] { return real(file); });
    }

    int open(char const* path, int flags, ...)
    {
        NEXT(open);
        va_list rest;
        va_start(rest, flags);
        auto const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{};
        va_end(rest);
        return file_open(path, flags, [&] { return real(path, flags, mode); });
    }

    int open64(char const* path, int flags, ...)
    {
        NEXT(open64);
        va_list rest;
        va_start(rest, flags);
        auto const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{};
        va_end(rest);
        return file_open(path, flags, [&] { return real(path, flags, mode); });
    }

    int openat(int folder, char const* path, int flags, ...)
    {
        NEXT(openat);
        va_list rest;
        va_start(rest, flags);
        auto const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{};
        va_end(rest);
        return file_open(path, flags, [&] { return real(folder, path, flags, mode); });
    }

    int openat64(int folder, char const* path, int flags, ...)
    {
        NEXT(openat64);
        va_list rest;
        va_start(rest, flags);
        auto const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{};
        va_end(rest);
        return file_open(path, flags, [&] { return real(folder, path, flags, mode); });
    }

    int mkostemp(char* pattern, int flags)
    {
        NEXT(mkostemp);
        return file_open(pattern, flags, [&] { return real(pattern, flags); });
    }

    int mkostemp64(char* pattern, int flags)
    {
        NEXT(mkostemp64);
        return file_open(pattern, flags, [&] { return real(pattern, flags); });
    }

    int ftruncate(int file, off_t size) noexcept
    {
        NEXT(ftruncate);
        bool const matters = here() != nullptr && role_of(file) == role::journal;
        return truncate_call(matters, static_cast<std::uint64_t>(size), [&] { return real(file, size); });
    }

    int ftruncate64(int file, off64_t size) noexcept
    {
        return ftruncate(file, size);
    }

    int truncate(char const* path, off_t size) noexcept
    {
        NEXT(truncate);
        bool const matters = here() != nullptr && role_of_path(path) == role::journal;
        return truncate_call(matters, static_cast<std::uint64_t>(size), [&] { return real(path, size); });
    }

    int truncate64(char const* path, off64_t size) noexcept
    {
        return truncate(path, size);
    }

    int rename(char const* from, char const* to) noexcept
    {
        NEXT(rename);
        return rename_call(to, [&] { return real(from, to); });
    }

    int flock(int file, int how) noexcept
    {
        NEXT(flock);
        return lock_call(file, [&] { return real(file, how); });
    }

    int fcntl(int file, int command, ...)
    {
        NEXT(fcntl);
        va_list rest;
        va_start(rest, command);
        auto* const argument = va_arg(rest, void*);
        va_end(rest);
        bool const locks =
            command == F_OFD_SETLK || command == F_OFD_SETLKW || command == F_SETLK || command == F_SETLKW;
        if (!locks)
            return real(file, command, argument);
        return lock_call(file, [&] { return real(file, command, argument); });
    }

    int fcntl64(int file, int command, ...)
    {
        va_list rest;
        va_start(rest, command);
        auto* const argument = va_arg(rest, void*);
        va_end(rest);
        return fcntl(file, command, argument);
    }

    ssize_t send(int socket, void const* bytes, size_t size, int flags)
    {
        NEXT(send);
        if (!begins_request(bytes, size))
            return real(socket, bytes, size, flags);
        return partial(call_kind::send, size,
                       [&](std::size_t part)
                       {
                           note_sent();
                           return real(socket, bytes, part, flags);
                       });
    }

    ssize_t sendmsg(int socket, msghdr const* message, int flags)
    {
        NEXT(sendmsg);
        if (message->msg_iovlen == 0 || !begins_request(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len))
            return real(socket, message, flags);
        return gathered(call_kind::send, message->msg_iov, static_cast<int>(message->msg_iovlen),
                        [&](iovec* cut, int used)
                        {
                            note_sent();
                            auto part = *message;
                            part.msg_iov = cut;
                            part.msg_iovlen = static_cast<std::size_t>(used);
                            return real(socket, &part, flags);
                        });
    }

    ssize_t recv(int socket, void* into, size_t size, int flags)
    {
        NEXT(recv);
        return received(real(socket, into, size, flags), into);
    }

    ssize_t recvmsg(int socket, msghdr* message, int flags)
    {
        NEXT(recvmsg);
        auto const size = real(socket, message, flags);
        return message->msg_iovlen == 0 ? size : received(size, message->msg_iov[0].iov_base);
    }

}  // extern "C"
