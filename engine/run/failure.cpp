#include "run/failure.hpp"

namespace batch_cancel::run
{

failure read_failure(std::exception_ptr const& thrown, errc otherwise)
{
    try
    {
        std::rethrow_exception(thrown);
    }
    catch (boost::system::system_error const& failed)
    {
        return {failed.code(), failed.what()};
    }
    catch (std::exception const& failed)
    {
        return {otherwise, failed.what()};
    }
    catch (...)
    {
        return {otherwise, "an exception of an unknown kind"};
    }
}

}  // namespace batch_cancel::run
