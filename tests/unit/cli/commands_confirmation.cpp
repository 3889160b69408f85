#include "cli/commands/confirmation.hpp"
#include "cli/options/usage_error.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::cli;

namespace
{

service_access graph()
{
    service_access service;
    service.endpoint_url = "https://graph.microsoft.com";
    return service;
}

}  // namespace

TEST_SUITE("commands_confirmation")
{
    TEST_CASE("confirmation: the question has counts, endpoint, version and tenant")
    {
        run_options const options;
        auto service = graph();
        input_counts const found{.complete = true, .lines = 1236, .pairs = 1234, .duplicates = 1, .rejected = 1};
        CHECK(question_text(options, service, found) ==
              "Cancel 1,234 pairs (besides 1 duplicate, 1 rejected line, 0 of other shards) at "
              "https://graph.microsoft.com, v1.0, tenant not known, token from BATCH_CANCEL_TOKEN? [y/N] ");
        service.token.tenant = "aaaaaaaa-0000-0000-0000-000000000001";
        CHECK(question_text(options, service, {.complete = true, .lines = 1, .pairs = 1}) ==
              "Cancel 1 pair at https://graph.microsoft.com, v1.0, tenant aaaaaaaa-0000-0000-0000-000000000001, token "
              "from BATCH_CANCEL_TOKEN? [y/N] ");
    }

    TEST_CASE("confirmation: the question has what decides where the token goes, and which one it is")
    {
        run_options options;
        options.resolve = {"h:1:127.0.0.1", "h:2:\x1b[2J"};
        options.ca_file = "my roots.pem";
        options.token_file = "token";
        CHECK(
            question_text(options, graph(), {.complete = true, .lines = 1, .pairs = 1}, pairs_from::others) ==
            "Cancel 1 pair at https://graph.microsoft.com, v1.0, tenant not known, --resolve h:1:127.0.0.1, --resolve "
            "h:2:\\x1b[2J, --cacert my roots.pem, token from token, by a journal that others own or may write to? "
            "[y/N] ");
    }

    TEST_CASE("confirmation: of a stream it is only known that there is a pair")
    {
        CHECK(question_text({}, graph(), {.complete = false}).starts_with("Cancel at least 1 pair at"));
    }

    TEST_CASE("confirmation: of a pilot it is said how much of the input it is")
    {
        run_options options;
        options.limit = 20;
        CHECK(question_text(options, graph(), {.complete = true, .lines = 100, .pairs = 100})
                  .starts_with("Cancel the first 20 of 100 pairs at"));
        CHECK(question_text(options, graph(), {.complete = true, .lines = 20, .pairs = 20})
                  .starts_with("Cancel 20 pairs at"));
        CHECK(question_text(options, graph(), {.complete = false})
                  .starts_with("Cancel the first 20 of at least 1 pair at"));
    }

    TEST_CASE("confirmation: nobody can be asked without a terminal, or when the pairs come from it")
    {
        run_options options;
        CHECK_THROWS_AS(confirm(options, graph(), {}, {.stdin_is_terminal = false}), usage_error);
        options.input.files = {"-"};
        CHECK_THROWS_AS(confirm(options, graph(), {}, {.stdin_is_terminal = true}), usage_error);
    }
}
