// Input and output are refused by name.
#include <fstream>

int main() { std::ofstream file("/tmp/never-written"); }
