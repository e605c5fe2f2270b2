// cargo.exe for a program that runs on wine: it has .ci/wine-cargo do the work, which calls this machine's cargo.
//
// wine can start a program of the host, but neither wait for it nor read what it prints. So .ci/wine-cargo leaves that in files,
// whose names are $ANSWER and an ending: .out, .err, and, when those are complete, .status.

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

// Opens the file of this ending; NULL if it is not there yet.
static FILE *part(const char *answer, const char *ending, char *name) {
    sprintf(name, "%s%s", answer, ending);
    return fopen(name, "rb");
}

static void pass_on(const char *answer, const char *ending, FILE *to) {
    char name[MAX_PATH], buffer[4096];
    FILE *from = part(answer, ending, name);
    size_t count;
    _setmode(_fileno(to), _O_BINARY);
    while ((count = fread(buffer, 1, sizeof buffer, from)) > 0)
        fwrite(buffer, 1, count, to);
    fclose(from);
    remove(name);
}

int main(void) {
    STARTUPINFOA start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    char answer[MAX_PATH], name[MAX_PATH];
    FILE *file;
    int status = 101;

    sprintf(answer, "%s/%lu", getenv("WINE_CARGO_ANSWERS"), GetCurrentProcessId());
    SetEnvironmentVariableA("ANSWER", answer);
    if (!CreateProcessA(getenv("WINE_CARGO"), GetCommandLineA(), NULL, NULL, FALSE, 0, NULL, NULL, &start, &process))
        return status;
    while ((file = part(answer, ".status", name)) == NULL)
        Sleep(20);
    fscanf(file, "%d", &status);
    fclose(file);
    remove(name);
    pass_on(answer, ".out", stdout);
    pass_on(answer, ".err", stderr);
    return status;
}
