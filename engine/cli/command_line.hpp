#pragma once

namespace batch_cancel::cli
{

/** The program: read what is asked for, do it, and tell the shell how it went. */
int run_command_line(int count, char** arguments);

}  // namespace batch_cancel::cli
