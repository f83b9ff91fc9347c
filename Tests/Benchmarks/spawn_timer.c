// Times whole processes, from posix_spawn to the end of wait4, one of each command in every round.
//
// usage: spawn_timer ROUNDS < COMMANDS
//
// A line of COMMANDS: what the command is given and how it must end, then the command as env(1)
// takes it, the program by its absolute path, with tabs between:
//   HOME <tab> STDIN[|STDIN] <tab> STATUS <tab> [NAME=VALUE <tab>]... PROGRAM <tab> ARGUMENT...
// With two files for standard input, rounds take turns. Output goes to /dev/null, and no shell is
// in between. Prints a line for each round, microseconds with tabs between, in the commands' order.
//
// Ratios of one round are of neighbours in time, so a machine that is slow for a while is slow for
// both sides. Each round has an order of its own: a program finds more in the processor's caches if
// its like went before it.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { most_commands = 64, most_arguments = 16, most_variables = 8 };

struct command {
    char *input[2];
    int status;
    // The first places are for those that every command has.
    char *environment[most_variables + 1];
    char *arguments[most_arguments + 1];
    double microseconds;
};

static void fail(const char *what, const char *on) {
    fprintf(stderr, "spawn_timer: %s %s: %s\n", what, on, strerror(errno));
    exit(2);
}

static char *home_variable(const char *format, const char *home) {
    char *variable;
    if (asprintf(&variable, format, home) < 0) fail("cannot make room for", home);
    return variable;
}

static int parse(struct command *command, char *line) {
    line[strcspn(line, "\n")] = 0;
    char *home = strsep(&line, "\t");
    command->input[0] = strsep(&line, "\t");
    if (!command->input[0]) return 0;
    command->input[1] = command->input[0];
    char *other = strchr(command->input[0], '|');
    if (other) {
        *other = 0;
        command->input[1] = other + 1;
    }
    char *status = strsep(&line, "\t"), *argument = strsep(&line, "\t");
    if (!argument) return 0;
    command->status = atoi(status);

    int count = 0;
    command->environment[count++] = home_variable("HOME=%s", home);
    command->environment[count++] = home_variable("GNUPGHOME=%s/.gnupg", home);
    command->environment[count++] = "PATH=/usr/bin:/bin";
    command->environment[count++] = "LC_ALL=C";
    for (; argument && argument[0] != '/'; argument = strsep(&line, "\t")) {
        if (count == most_variables || !strchr(argument, '=')) return 0;
        command->environment[count++] = argument;
    }
    count = 0;
    for (; argument && count < most_arguments; argument = strsep(&line, "\t"))
        command->arguments[count++] = argument;
    return count > 0 && !argument;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static double run(struct command *command, int round) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, command->input[round % 2], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);

    pid_t child;
    int status;
    struct rusage usage;
    double start = now();
    errno = posix_spawn(
        &child, command->arguments[0], &files, NULL, command->arguments, command->environment);
    if (errno) fail("cannot start", command->arguments[0]);
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR) fail("cannot wait for", command->arguments[0]);
    double end = now();
    posix_spawn_file_actions_destroy(&files);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != command->status) {
        fprintf(
            stderr, "spawn_timer: %s ended with the wait status %d\n", command->arguments[0],
            status);
        exit(2);
    }
    return end - start;
}

// Shuffles the order of a round, the same way in every run (Fisher and Yates, xorshift).
static void shuffle(int *order, int count) {
    static unsigned state = 2463534242;
    for (int last = count - 1; last > 0; last--) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        int other = state % (unsigned)(last + 1), kept = order[last];
        order[last] = order[other];
        order[other] = kept;
    }
}

int main(int count, char **arguments) {
    static struct command commands[most_commands];
    int rounds = count == 2 ? atoi(arguments[1]) : 0;
    int known = 0;
    char *line = NULL;
    size_t room = 0;
    while (known < most_commands && getline(&line, &room, stdin) > 0) {
        if (!parse(&commands[known++], line)) fail("cannot read the command", line);
        line = NULL;
    }
    if (rounds < 1 || known == 0) {
        fprintf(stderr, "usage: spawn_timer ROUNDS < COMMANDS\n");
        return 2;
    }
    // The first rounds fill caches and are not shown; their number is even, so that turns with two
    // inputs begin as they go on.
    int unshown = 4, order[most_commands];
    for (int index = 0; index < known; index++) order[index] = index;
    for (int round = 0; round < unshown + rounds; round++) {
        shuffle(order, known);
        for (int step = 0; step < known; step++) {
            struct command *command = &commands[order[step]];
            command->microseconds = run(command, round);
        }
        if (round < unshown) continue;
        for (int index = 0; index < known; index++)
            printf("%.1f%c", commands[index].microseconds, index + 1 < known ? '\t' : '\n');
    }
    return 0;
}
