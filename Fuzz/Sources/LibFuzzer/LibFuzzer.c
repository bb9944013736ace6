#include "LibFuzzer.h"

// With `-sanitize=fuzzer` comes a main function that wants this. Ours takes its place and calls LLVMFuzzerRunDriver.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    (void)data;
    (void)size;
    return 0;
}
