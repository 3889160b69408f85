#pragma once

namespace batch_cancel::simulation
{

/** Print how the product, the careful script and the bound fare with services that are always the same. */
void print_table();

}  // namespace batch_cancel::simulation
