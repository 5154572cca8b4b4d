#include "cli/command.h"

int main(int argc, char** argv) { return ese::cli::run(argc, argv); }
