/* A host in C99 that walks over every function of exhibit.h, and the traces that it must not leave. */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

extern char** environ;

struct traces {
  char locale[256];
  char folder[512];
  mode_t mask;
  int descriptors;
  size_t environment;
  void (*handlers[3])(int);
};

static const int kSignals[3] = {SIGINT, SIGPIPE, SIGTERM};

static int count_descriptors(void) {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == NULL) return -1;
  int count = 0;
  while (readdir(folder) != NULL) ++count;
  closedir(folder);
  return count;
}

static struct traces look(void) {
  struct traces traces;
  memset(&traces, 0, sizeof traces);
  snprintf(traces.locale, sizeof traces.locale, "%s", setlocale(LC_ALL, NULL));
  if (getcwd(traces.folder, sizeof traces.folder) == NULL) traces.folder[0] = '\0';
  traces.mask = umask(0);
  umask(traces.mask);
  traces.descriptors = count_descriptors();
  for (char** variable = environ; *variable != NULL; ++variable) traces.environment += strlen(*variable);
  for (int i = 0; i < 3; ++i) {
    struct sigaction action;
    sigaction(kSignals[i], NULL, &action);
    traces.handlers[i] = action.sa_handler;
  }
  return traces;
}

static void check_traces(const struct traces* before, const struct traces* after) {
  CHECK(strcmp(before->locale, after->locale) == 0);
  CHECK(strcmp(before->folder, after->folder) == 0);
  CHECK_NUMBER(before->mask, after->mask);
  CHECK_NUMBER(before->descriptors, after->descriptors);
  CHECK_NUMBER(before->environment, after->environment);
  for (int i = 0; i < 3; ++i) CHECK(before->handlers[i] == after->handlers[i]);
}

/* What is printed from here on ends in a file. */
static void take_output(const char* path) {
  if (freopen(path, "w", stdout) == NULL) exit(2);
  if (dup2(STDOUT_FILENO, STDERR_FILENO) < 0) exit(2);
}

static void check_silence(const char* path) {
  struct stat status;
  fflush(stdout);
  CHECK(stat(path, &status) == 0 && status.st_size == 0);
}

static void check_statuses(void) {
  static const exhibit_status kWanted[] = {EXHIBIT_OK,       EXHIBIT_NONE,          EXHIBIT_E_INVALID,   EXHIBIT_E_TYPE,
                                           EXHIBIT_E_BUSY,   EXHIBIT_E_UNSUPPORTED, EXHIBIT_E_NOT_FOUND, EXHIBIT_E_IO,
                                           EXHIBIT_E_FORMAT, EXHIBIT_E_DAMAGED,     EXHIBIT_E_CANCELLED};
  for (size_t i = 0; i < sizeof kWanted / sizeof *kWanted; ++i)
    check_true(was_seen(kWanted[i]), exhibit_status_name(kWanted[i]), __FILE__, __LINE__);
}

static void run_all(struct host* host) {
  exhibit_error* error = NULL;
  test_status_and_version();
  test_model();
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_new(NULL, &host->library, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_load_module(host->library, "letters.toml", kLettersModule,
                                                       strlen(kLettersModule), &error));
  CHECK(error == NULL);
  test_library(host);
  test_structs(host);
  test_evidence(host);
  test_case(host);
  test_examine(host);
  test_cancel(host);
  test_busy(host);
  test_query(host);
  test_records(host);
  test_service_records(host);
  test_export(host);
  test_frees_in_any_order(host);
  exhibit_library_free(host->library);
}

int main(int count, char** arguments) {
  struct host host;
  char output[512];
  memset(&host, 0, sizeof host);
  if (count != 2) return 2;
  setlocale(LC_ALL, ""); /* a decimal comma of the host's must not get into any output */
  join(host.root, arguments[1], "host-XXXXXX");
  if (mkdtemp(host.root) == NULL || make_evidence(host.root, &host.paths) != 0) {
    fprintf(stderr, "the evidence cannot be made below %s\n", arguments[1]);
    return 2;
  }
  begin_checks();
  join(output, host.root, "output");
  take_output(output);
  const struct traces before = look();
  run_all(&host);
  const struct traces after = look();
  check_traces(&before, &after);
  check_silence(output);
  check_statuses();
  return failures() == 0 ? 0 : 1;
}
