#include <stddef.h>
#include <stdint.h>

/// The fuzzer's loop; it comes with `-sanitize=fuzzer`.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
