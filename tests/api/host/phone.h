/* An invented phone with one app, the module that reads it, and things that are no phone. */
#ifndef PHONE_H
#define PHONE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Device and container path of the app's database and of a plain file. */
#define LETTERS_DEVICE "app:com.example.letters/databases/letters.db"
#define LETTERS_PATH "data/data/com.example.letters/databases/letters.db"
#define NOTE_DEVICE "app:com.example.letters/files/note.txt"
#define NOTE_PATH "data/data/com.example.letters/files/note.txt"
#define NOTE_TEXT "Water the tulips."

/* Five messages and one credential. */
enum { kMessages = 5, kArtefacts = 6 };

/* Text of the module "example.letters". */
extern const char kLettersModule[];

/* The paths of what make_evidence() made. */
struct evidence_paths {
  char folder[512]; /* the phone as a folder */
  char zip[512];    /* as a ZIP, with one file more */
  char cut[512];    /* the ZIP without its directory */
  char text[512];   /* a file of words */
  char empty[512];  /* an empty file */
  char database[512];
  char missing[512]; /* nothing is there */
};

/* Below a folder that exists. 0: done. */
int make_evidence(const char* root, struct evidence_paths* paths);
/* Joins into 512 bytes. */
void join(char* out, const char* folder, const char* name);
int write_file(const char* path, const void* bytes, size_t length);
/* malloc()ed, with a NUL behind; NULL if it cannot be read. */
char* read_whole(const char* path, size_t* length);

#ifdef __cplusplus
}
#endif

#endif
