#include "cli/command_line.hpp"

int main(int count, char** arguments)
{
    return batch_cancel::cli::run_command_line(count, arguments);
}
