/*
 * exhibit: reads what a phone holds and says where every fact came from.
 *
 * A host meets two things: handles that do work (library, evidence, reader, case, query, cursor) and records that say
 * something. All that the library tells is a record: an artefact, but also a parser, a problem, a ledger line, a file,
 * a run. One set of getters serves them all. A field is a number: its path in the model, one byte a level
 * (Message.sender.address = 20.3.1 = 0x140301); constants stand in exhibit/fields.h, exhibit_field_find() gives them by
 * name.
 *
 * Rules for all functions
 *   status    0 is success, positive is "nothing there", negative is a failure.
 *   error     the last argument of what can fail on the outside world; may be NULL. It is set to NULL on entry and to
 * an owned object on failure. outputs   are NULL or 0 unless the status is EXHIBIT_OK. strings   in: UTF-8,
 * NUL-terminated where no length is asked. Out: pointer and length, a NUL after the last byte, never a NULL pointer;
 * they may contain NUL, so the length is the truth. structs   begin with struct_size, set by their INIT macro (INVALID
 * if it is not set); zero is the default of every member. An older host's shorter struct is taken; a longer one, if
 * what this version does not know is zero, else UNSUPPORTED. ownership an `exhibit_x **` output is owned and freed by
 * exhibit_x_free(), in any order, from any thread, NULL allowed: handles keep alive what they need. A `const` pointer
 * is borrowed: it is valid until the next step or the free of the handle it came from. callbacks are called only on the
 * thread that made the call. They must not throw or longjmp. They may use records and other handles; of the case at
 * work they may read (cursors see it as it was before; BUSY while it has no file yet or lies in memory), and writing it
 * is BUSY. threads   library, evidence and case may be shared by threads; reader, query, cursor and record belong to
 * one. process   no output, no signal handler, no environment, no locale, no file but those named.
 */
#ifndef EXHIBIT_EXHIBIT_H
#define EXHIBIT_EXHIBIT_H

#include <exhibit/fields.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EXHIBIT_API __attribute__((visibility("default")))
#else
#define EXHIBIT_API
#endif

/* ---- status ---------------------------------------------------------------------------------------------------- */

typedef int32_t exhibit_status;

enum {
  EXHIBIT_OK = 0,
  EXHIBIT_NONE = 1, /* a cursor at its end, an unset field */

  EXHIBIT_E_INVALID = -1,     /* the host's mistake: an argument */
  EXHIBIT_E_TYPE = -2,        /* a message or a repeated field where one value was asked */
  EXHIBIT_E_BUSY = -3,        /* the handle is at work */
  EXHIBIT_E_UNSUPPORTED = -4, /* this version does not do it */

  EXHIBIT_E_NOT_FOUND = -10,
  EXHIBIT_E_IO = -11,
  EXHIBIT_E_NO_SPACE = -12,
  EXHIBIT_E_PERMISSION = -13,
  EXHIBIT_E_MEMORY = -14,
  EXHIBIT_E_LIMIT = -15,

  EXHIBIT_E_FORMAT = -20,   /* not what was expected */
  EXHIBIT_E_DAMAGED = -21,  /* recognised, and broken */
  EXHIBIT_E_LOCKED = -22,   /* encrypted, and no secret fits */
  EXHIBIT_E_TAMPERED = -24, /* a hash or the audit chain does not hold */

  EXHIBIT_E_CANCELLED = -40,
  EXHIBIT_E_INTERNAL = -99 /* a bug of the library */
};

/* The name of a status, "EXHIBIT_E_FORMAT"; "unknown" for one that this version does not know. Never NULL. */
EXHIBIT_API const char* exhibit_status_name(exhibit_status status);

/* Immutable; any thread. */
typedef struct exhibit_error exhibit_error;

EXHIBIT_API exhibit_status exhibit_error_code(const exhibit_error* error);
/* One line: what was expected, what was found, where. Valid until the free. */
EXHIBIT_API const char* exhibit_error_message(const exhibit_error* error);
/* A path, or "". */
EXHIBIT_API const char* exhibit_error_where(const exhibit_error* error);
EXHIBIT_API void exhibit_error_free(exhibit_error* error);

/* "0.1.0"; major * 1000 + minor. */
EXHIBIT_API const char* exhibit_version_text(void);
EXHIBIT_API int32_t exhibit_version_abi(void);

/* ---- values and fields ----------------------------------------------------------------------------------------- */

typedef uint64_t exhibit_field;

enum {
  EXHIBIT_TYPE_NONE = 0,
  EXHIBIT_TYPE_BOOL = 1,
  EXHIBIT_TYPE_INT = 2,
  EXHIBIT_TYPE_UINT = 3,
  EXHIBIT_TYPE_DOUBLE = 4,
  EXHIBIT_TYPE_TEXT = 5,
  EXHIBIT_TYPE_BYTES = 6,
  EXHIBIT_TYPE_ENUM = 7,
  EXHIBIT_TYPE_TIME = 8
};

/* Time.zone of the model. */
enum { EXHIBIT_ZONE_UTC = 1, EXHIBIT_ZONE_OFFSET = 2, EXHIBIT_ZONE_LOCAL = 3, EXHIBIT_ZONE_ASSUMED = 4 };

typedef struct exhibit_value {
  int32_t type;
  int32_t zone;    /* of a time: whether a Z may stand after it */
  int64_t integer; /* bool, int, uint (its bits), an enum's number, a time's microseconds since 1970 */
  double real;
  const char* data; /* text, bytes, an enum's word */
  size_t length;
} exhibit_value;

/* The field of a dotted path: "Message.sender.address", "state.status" (of every artefact), "Problem.expected"; a kind
 * is a field of one level: "Message" = 20. 0 if there is none. */
EXHIBIT_API exhibit_field exhibit_field_find(const char* path);
/* The dotted path, or NULL. Valid for the life of the process. */
EXHIBIT_API const char* exhibit_field_path(exhibit_field field);
/* The model as a serialised FileDescriptorSet, for hosts with a protobuf of their own. */
EXHIBIT_API void exhibit_model_descriptor(const uint8_t** bytes, size_t* length);

/* ---- callbacks -------------------------------------------------------------------------------------------------- */

enum {
  EXHIBIT_PHASE_OPEN = 1,
  EXHIBIT_PHASE_MATCH = 2,
  EXHIBIT_PHASE_PARSE = 3,
  EXHIBIT_PHASE_UNREAD = 4,
  EXHIBIT_PHASE_HASH = 5,
  EXHIBIT_PHASE_RESOLVE = 6,
  EXHIBIT_PHASE_INDEX = 7,
  EXHIBIT_PHASE_SEAL = 8,
  EXHIBIT_PHASE_EXPORT = 9,
  EXHIBIT_PHASE_UNLOCK = 10 /* within OPEN: a password becomes a key; `done` of `total` rounds */
};

typedef struct exhibit_progress {
  uint32_t struct_size;
  int32_t phase;
  uint64_t done;
  uint64_t total; /* 0: unknown */
  uint64_t artefacts;
  uint64_t problems;
  const char* item; /* what is at work, or "" */
} exhibit_progress;

/* For developers: what concerns evidence is a PROBLEM of the case, never only a line of the log. */
enum { EXHIBIT_LOG_ERROR = 1, EXHIBIT_LOG_WARNING = 2, EXHIBIT_LOG_INFO = 3, EXHIBIT_LOG_DEBUG = 4 };

enum {
  EXHIBIT_SECRET_BACKUP_PASSWORD = 1,         /* of an iTunes or Finder backup */
  EXHIBIT_SECRET_ANDROID_BACKUP_PASSWORD = 2, /* of an Android backup (.ab) */
  EXHIBIT_SECRET_ARCHIVE_PASSWORD = 3,
  EXHIBIT_SECRET_APP_KEY = 4 /* an app's key: the content of its key file, or its hexadecimal digits */
};

typedef struct exhibit_secret_request {
  uint32_t struct_size;
  int32_t kind;          /* EXHIBIT_SECRET_...; a later version may ask for others: give those up */
  uint32_t attempt;      /* 1; above: the one given before is wrong */
  const char* container; /* what it opens: a path */
  const char* hint;      /* what that tells in clear ("Nell's iPhone"), or "" */
} exhibit_secret_request;

/* Where a secret goes. */
typedef struct exhibit_answer exhibit_answer;

/* Within callbacks.secret alone. The bytes are copied into memory that is locked where the system allows it, and wiped
 * when they are no longer needed; the host wipes its own. Given twice, the last one counts. INVALID, MEMORY. */
EXHIBIT_API exhibit_status exhibit_answer_secret(exhibit_answer* answer, const void* bytes, size_t length);

typedef struct exhibit_callbacks {
  uint32_t struct_size;
  /* At each change of phase and at least five times a second; anything but 0 cancels the call. */
  int32_t (*progress)(const exhibit_progress* progress, void* user_data);
  /* An export's output where no path is given; anything but 0 cancels the call. */
  int32_t (*write)(const void* bytes, size_t length, void* user_data);
  void* user_data;
  /* Called with what waits whenever progress is told, and at the end. Nothing less important than log_level. */
  void (*log)(int32_t level, const char* text, size_t length, void* user_data);
  int32_t log_level; /* 0: EXHIBIT_LOG_INFO */
  /* exhibit_evidence_open() met something encrypted. Hand the secret to exhibit_answer_secret() and return 0; anything
   * else gives up, and what the secret opens stays locked. Asked again, with `attempt` one higher, until one fits. One
   * that fitted is kept with the library, wiped with it, and tried first on all that the library opens later: what one
   * password opens is asked for once. A wrong one is forgotten. No secret gets into a case, an error or a log; the
   * case's audit log records that one was used, and for which evidence. */
  int32_t (*secret)(const exhibit_secret_request* request, exhibit_answer* answer, void* user_data);
} exhibit_callbacks;
#define EXHIBIT_CALLBACKS_INIT {sizeof(exhibit_callbacks), 0, 0, 0, 0, 0, 0}

/* ---- records ---------------------------------------------------------------------------------------------------- */

/* Kinds of artefacts lie below 200, service records (EXHIBIT_PARSER, EXHIBIT_PROBLEM, EXHIBIT_EXHIBIT, ...) from 200
 * on: exhibit/fields.h. */
typedef struct exhibit_record exhibit_record;

/* 20 = Message, ...; 200 and above are service records. */
EXHIBIT_API int32_t exhibit_record_kind(const exhibit_record* record);
/* OK; NONE: unset; INVALID: the record has no such field; TYPE: a message or a repeated field. */
EXHIBIT_API exhibit_status exhibit_record_get(const exhibit_record* record, exhibit_field field, exhibit_value* value);
/* How many elements a repeated field has; of a message 1 if it is set. 0 for a field that is not there. */
EXHIBIT_API size_t exhibit_record_count(const exhibit_record* record, exhibit_field field);
/* The i-th element of a repeated message, or a nested message (i = 0); it answers the same full field numbers. NULL if
 * there is none. Of a repeated value use exhibit_record_get_at(). Borrowed from `record`. */
EXHIBIT_API const exhibit_record* exhibit_record_child(const exhibit_record* record, exhibit_field field, size_t i);
EXHIBIT_API exhibit_status exhibit_record_get_at(const exhibit_record* record, exhibit_field field, size_t i,
                                                 exhibit_value* value);
/* The set fields in the order of the model, one level below the record; previous = 0 begins; 0 ends. */
EXHIBIT_API exhibit_field exhibit_record_next_field(const exhibit_record* record, exhibit_field previous);
/* For people: enums as words, times as RFC 3339 with their zone mark, files as device paths, lists joined by "; ".
 * field 0: the one-line title. Secrets are masked. Borrowed until the next call with this record. */
EXHIBIT_API exhibit_status exhibit_record_text(const exhibit_record* record, exhibit_field field, const char** text,
                                               size_t* length);
/* One line of JSON, as in every export. Borrowed until the next call with this record. */
EXHIBIT_API exhibit_status exhibit_record_json(const exhibit_record* record, const char** text, size_t* length);
/* Protobuf bytes: of an artefact its Artefact message, of a service record its message. */
EXHIBIT_API exhibit_status exhibit_record_wire(const exhibit_record* record, const uint8_t** bytes, size_t* length);
/* To keep it beyond its cursor. */
EXHIBIT_API exhibit_record* exhibit_record_copy(const exhibit_record* record);
EXHIBIT_API void exhibit_record_free(exhibit_record* record);

typedef struct exhibit_cursor exhibit_cursor;

/* OK: a record, borrowed until the next call. NONE: the end. */
EXHIBIT_API exhibit_status exhibit_cursor_next(exhibit_cursor* cursor, const exhibit_record** record,
                                               exhibit_error** error);
EXHIBIT_API void exhibit_cursor_free(exhibit_cursor* cursor);

/* ---- library ---------------------------------------------------------------------------------------------------- */

typedef struct exhibit_library exhibit_library;

typedef struct exhibit_library_options {
  uint32_t struct_size;
  uint32_t threads;      /* 0: as many as the machine has; at most 1024 */
  uint64_t memory_limit; /* bytes for files in work; 0: a quarter of the machine's */
} exhibit_library_options;
#define EXHIBIT_LIBRARY_OPTIONS_INIT {sizeof(exhibit_library_options), 0, 0}

/* With all built-in parsers. options NULL: the defaults. */
EXHIBIT_API exhibit_status exhibit_library_new(const exhibit_library_options* options, exhibit_library** library,
                                               exhibit_error** error);
/* EXHIBIT_PARSER, EXHIBIT_KIND, EXHIBIT_FIELD or EXHIBIT_FORMAT. */
EXHIBIT_API exhibit_status exhibit_library_list(exhibit_library* library, int32_t kind, exhibit_cursor** cursor,
                                                exhibit_error** error);
/* Adds a parser written as a module (docs/parser-authors.md); one of the same name is replaced. `name` is told in
 * messages and kept in every case that used it. FORMAT: it is wrong; exhibit_library_check_module() says how. */
EXHIBIT_API exhibit_status exhibit_library_load_module(exhibit_library* library, const char* name, const char* text,
                                                       size_t length, exhibit_error** error);
/* FINDING records; none: the module is good. */
EXHIBIT_API exhibit_status exhibit_library_check_module(exhibit_library* library, const char* name, const char* text,
                                                        size_t length, exhibit_cursor** cursor, exhibit_error** error);
EXHIBIT_API void exhibit_library_free(exhibit_library* library);

/* ---- evidence --------------------------------------------------------------------------------------------------- */

typedef struct exhibit_evidence exhibit_evidence;

typedef struct exhibit_evidence_options {
  uint32_t struct_size;
  int32_t salvage; /* a ZIP without its directory is read by what stands before each member; all is marked so */
} exhibit_evidence_options;
#define EXHIBIT_EVIDENCE_OPTIONS_INIT {sizeof(exhibit_evidence_options), 0}

/*
 * Opens one extraction, read-only: a folder, an archive, a backup. What it is, its content says. Nothing is written
 * beside it.
 *
 *   path       UTF-8
 *   options    NULL: the defaults
 *   callbacks  NULL: no progress, and encrypted evidence is LOCKED
 *   evidence   [out] exhibit_evidence_free()
 *
 * NOT_FOUND, PERMISSION, IO, FORMAT (no known container), LOCKED (encrypted, and no secret was given that fits; the
 * message tells which of the two), DAMAGED (it cannot be listed; single bad files are problems of the case, not
 * failures here), CANCELLED.
 */
EXHIBIT_API exhibit_status exhibit_evidence_open(exhibit_library* library, const char* path,
                                                 const exhibit_evidence_options* options,
                                                 const exhibit_callbacks* callbacks, exhibit_evidence** evidence,
                                                 exhibit_error** error);
/* CONTAINER: path, format, size, files, fingerprint, whether a secret opened it, what is wrong with it or stays locked.
 */
EXHIBIT_API exhibit_status exhibit_evidence_describe(exhibit_evidence* evidence, exhibit_record** record,
                                                     exhibit_error** error);
/* EVIDENCE_FILE: number, device path, container path, type, size, times, which parsers read it. pattern NULL: all; else
 * a device path with * ? ** {a,b}, or, without a root ("home:"), a part of a path with * and ?. By container path. */
EXHIBIT_API exhibit_status exhibit_evidence_list(exhibit_evidence* evidence, const char* pattern,
                                                 exhibit_cursor** cursor, exhibit_error** error);
EXHIBIT_API void exhibit_evidence_free(exhibit_evidence* evidence);

typedef struct exhibit_reader exhibit_reader;

/* By device path, or container path where two files claim one device path. INVALID: several files have this device
 * path. */
EXHIBIT_API exhibit_status exhibit_evidence_read(exhibit_evidence* evidence, const char* path, exhibit_reader** reader,
                                                 exhibit_error** error);
/* By `number` of its EVIDENCE_FILE: also what no path names alone, as one of two members of one name. Of a link: what
 * it points to. NOT_FOUND: there is no such entry. */
EXHIBIT_API exhibit_status exhibit_evidence_read_entry(exhibit_evidence* evidence, uint64_t number,
                                                       exhibit_reader** reader, exhibit_error** error);
EXHIBIT_API uint64_t exhibit_reader_size(const exhibit_reader* reader);
/* Any offset; `got` is less than `size` only at the end. */
EXHIBIT_API exhibit_status exhibit_reader_read(exhibit_reader* reader, uint64_t offset, void* buffer, size_t size,
                                               size_t* got, exhibit_error** error);
EXHIBIT_API void exhibit_reader_free(exhibit_reader* reader);

/* ---- case ------------------------------------------------------------------------------------------------------- */

typedef struct exhibit_case exhibit_case;

typedef struct exhibit_case_options {
  uint32_t struct_size;
  int32_t read_only; /* of exhibit_case_open() */
  const char* number;
  const char* examiner;
  const char* agency;
  const char* note;
} exhibit_case_options;
#define EXHIBIT_CASE_OPTIONS_INIT {sizeof(exhibit_case_options), 0, 0, 0, 0, 0}

/* A new case; INVALID if the file exists. It stands under its name from the first exhibit on. path NULL: in memory.
 * Open: FORMAT if it is no case, NOT_FOUND, UNSUPPORTED (a newer version's, and not asked for reading only). */
EXHIBIT_API exhibit_status exhibit_case_create(exhibit_library* library, const char* path,
                                               const exhibit_case_options* options, exhibit_case** opened,
                                               exhibit_error** error);
EXHIBIT_API exhibit_status exhibit_case_open(exhibit_library* library, const char* path,
                                             const exhibit_case_options* options, exhibit_case** opened,
                                             exhibit_error** error);

typedef struct exhibit_examine_options {
  uint32_t struct_size;
  int32_t hash_all; /* every file, not only those read */
  int32_t replace;  /* a label or an evidence that the case has already: its artefacts are replaced */
  int32_t no_text_index;
  const char* exhibit;        /* label, required: part of every artefact's id */
  const char* const* parsers; /* names or globs, "!" excludes; NULL-terminated; NULL: all */
  const char* who;            /* kept in the case: who asked, "login@host" */
  const char* command;        /* and how */
  const char* time_zone; /* IANA: where times without a zone were written; they become `assumed`. NULL: they stay local
                          */
} exhibit_examine_options;
#define EXHIBIT_EXAMINE_OPTIONS_INIT {sizeof(exhibit_examine_options), 0, 0, 0, 0, 0, 0, 0, 0}

/*
 * Examines the evidence of one exhibit, often one source, and writes what it holds to the case. The case is as before
 * unless the status is OK.
 *
 *   summary  [out] RUN; exhibit_record_free()
 *
 * INVALID (no label, or one that is not UTF-8 without control characters; a label or an evidence that the case has
 * already; one evidence twice; a pattern that names no parser; no such time zone; a case opened for reading only), IO,
 * NO_SPACE, BUSY (another writer), CANCELLED.
 */
EXHIBIT_API exhibit_status exhibit_case_examine(exhibit_case* into, exhibit_evidence* const* sources, size_t count,
                                                const exhibit_examine_options* options,
                                                const exhibit_callbacks* callbacks, exhibit_record** summary,
                                                exhibit_error** error);

typedef struct exhibit_query exhibit_query;

/* kind 0: all artefacts; a kind of artefact; or CASE, EXHIBIT, LEDGER, PROBLEM, UNREAD, AUDIT, CASE_PARSER, CASE_FILE,
 * whose only condition is "provenance.exhibit". Never NULL but out of memory; a mistake is told by the final call. */
EXHIBIT_API exhibit_query* exhibit_case_query(exhibit_case* of, int32_t kind);

typedef struct exhibit_export_options {
  uint32_t struct_size;
  int32_t with_secrets;  /* the audit log records it first: the case must be open for writing */
  int32_t raw;           /* csv: no byte order mark, no guard against formulas */
  const char* format;    /* "jsonl", "csv", "summary" (one JSON object: what `examine --json` prints) */
  const char* path;      /* a file, or folder (csv), that does not exist; NULL: callbacks.write */
  const char* who;       /* of an export with secrets, for the audit log: "login@host" */
  const char* time_zone; /* IANA: of the times in columns of their own (csv); JSON never changes. NULL: as stored */
} exhibit_export_options;
#define EXHIBIT_EXPORT_OPTIONS_INIT {sizeof(exhibit_export_options), 0, 0, 0, 0, 0, 0}

/* query NULL: everything; else one over artefacts of this case, without id_prefix. */
EXHIBIT_API exhibit_status exhibit_case_export(exhibit_case* of, exhibit_query* query,
                                               const exhibit_export_options* options,
                                               const exhibit_callbacks* callbacks, exhibit_error** error);
EXHIBIT_API void exhibit_case_free(exhibit_case* opened);

/* ---- query: a description, cheap, that may be run many times. Steps return nothing; the final call tells the first
 * mistake. ------------------------------------------------------------------------------------------------------- */

enum {
  EXHIBIT_EQUAL = 1,
  EXHIBIT_AT_LEAST = 2, /* times and numbers */
  EXHIBIT_LESS = 3
};

/* Conditions are ANDed; EQUAL on one field several times is "any of". The fields that a case answers: 0 with the number
 * of a kind, "app" (id, name or the beginning of one, without case), "time" with AT_LEAST and LESS, and
 * "provenance.exhibit" (one label). */
EXHIBIT_API void exhibit_query_where(exhibit_query* query, exhibit_field field, int32_t comparison,
                                     exhibit_value value);
/* Words anywhere, "a phrase", -not; case and diacritics ignored. */
EXHIBIT_API void exhibit_query_search(exhibit_query* query, const char* text, size_t length);
/* A party's address or name, or a conversation's title or id, contains it. */
EXHIBIT_API void exhibit_query_with(exhibit_query* query, const char* text, size_t length);
/* The artefacts whose id begins with these hexadecimal digits, two at most: enough to tell that they are not one. Takes
 * no other condition. */
EXHIBIT_API void exhibit_query_id_prefix(exhibit_query* query, const char* digits);
/* Soft-deleted, tombstones and recovered alone. */
EXHIBIT_API void exhibit_query_deleted(exhibit_query* query);
/* The last n in order. 0: all. */
EXHIBIT_API void exhibit_query_last(exhibit_query* query, uint64_t n);
/* IANA name of the zone in which exhibit_record_text() of artefacts tells absolute times, with its offset; "UTC": with
 * Z. Values and JSON never change. An unknown one is INVALID. */
EXHIBIT_API void exhibit_query_time_zone(exhibit_query* query, const char* name);
EXHIBIT_API exhibit_status exhibit_query_run(exhibit_query* query, exhibit_cursor** cursor, exhibit_error** error);
EXHIBIT_API exhibit_status exhibit_query_count(exhibit_query* query, uint64_t* n, exhibit_error** error);
EXHIBIT_API void exhibit_query_free(exhibit_query* query);

/* The first moment of an ISO prefix ("2023-05" is 2023-05-01T00:00:00Z) and the first one after it, in microseconds
 * since 1970. INVALID: it is none. */
EXHIBIT_API exhibit_status exhibit_time_span(const char* iso_prefix, int64_t* from_us, int64_t* to_us);
/* OK if this machine knows the IANA zone ("Europe/Berlin", "UTC"); else INVALID, and the error tells the nearest name.
 */
EXHIBIT_API exhibit_status exhibit_time_zone_check(const char* name, exhibit_error** error);

#ifdef __cplusplus
}
#endif

#endif
