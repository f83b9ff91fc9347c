#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Swift's importer cannot see variadic functions: one of ours for each type of argument.

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, int64_t value) {
    return curl_easy_setopt(handle, option, (curl_off_t)value);
}

static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_writer(
    CURL *handle, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_judge(CURL *handle, curl_prereq_callback judge, void *data) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PREREQDATA, data);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, judge);
}

static inline CURLcode ccurl_get_text(CURL *handle, CURLINFO info, char **value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline long ccurl_get_number(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

static inline int64_t ccurl_get_size(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

// Requests and answers pass through libcurl's own memory, so that is wiped as it is given back.

static inline void ccurl_free(void *piece) {
    if (piece == NULL) return;
    explicit_bzero(piece, malloc_usable_size(piece));
    free(piece);
}

static inline void *ccurl_realloc(void *piece, size_t size) {
    void *other = malloc(size);
    if (piece == NULL || other == NULL) return other;
    size_t held = malloc_usable_size(piece);
    memcpy(other, piece, held < size ? held : size);
    ccurl_free(piece);
    return other;
}

static inline CURLcode ccurl_start(void) {
    return curl_global_init_mem(
        CURL_GLOBAL_DEFAULT, malloc, ccurl_free, ccurl_realloc, strdup, calloc);
}

#endif
