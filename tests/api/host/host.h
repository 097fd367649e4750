/* The host's own scene, and its tests in the order of the header. */
#ifndef HOST_H
#define HOST_H

#include "check.h"
#include "phone.h"

struct host {
  char root[512];
  struct evidence_paths paths;
  exhibit_library* library; /* with the module "example.letters" */
};

/* An open case in memory with the folder as exhibit "A", read by the module. Freed by the caller. */
exhibit_case* examined_case(struct host* host);
exhibit_evidence* opened(struct host* host, const char* path);
/* The evidence at `path` into `into`; callbacks may be NULL. The summary is thrown away. */
exhibit_status examine(struct host* host, exhibit_case* into, const char* path, const char* label, int replace,
                       const exhibit_callbacks* callbacks, exhibit_error** error);
/* How many records a query of a kind gives; frees the query. */
long long rows_of(exhibit_query* query);

void test_status_and_version(void);
void test_model(void);
void test_library(struct host* host);
void test_structs(struct host* host);
void test_evidence(struct host* host);
void test_case(struct host* host);
void test_examine(struct host* host);
void test_cancel(struct host* host);
void test_busy(struct host* host);
void test_query(struct host* host);
void test_records(struct host* host);
void test_service_records(struct host* host);
void test_export(struct host* host);
void test_frees_in_any_order(struct host* host);

#endif
