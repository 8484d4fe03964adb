import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Functions of libc that are replaced with LD_PRELOAD, to stand in for what a test machine does not have. */
export const stubs = {
  /** WSL, SMB and NFS without locks. */
  noLocks: `
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdarg.h>
    static int call(const char *name, int fd, int cmd, void *with) {
      if (cmd == F_SETLK || cmd == F_SETLKW) { errno = ENOLCK; return -1; }
      return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, name))(fd, cmd, with);
    }
    int fcntl(int fd, int cmd, ...) { va_list l; va_start(l, cmd); void *a = va_arg(l, void *); va_end(l); return call("fcntl", fd, cmd, a); }
    int fcntl64(int fd, int cmd, ...) { va_list l; va_start(l, cmd); void *a = va_arg(l, void *); va_end(l); return call("fcntl64", fd, cmd, a); }`,
  noSharedMemory: `
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <sys/mman.h>
    void *mmap(void *a, size_t n, int p, int f, int fd, off_t o) {
      if (fd >= 0 && (f & MAP_SHARED)) { errno = ENODEV; return MAP_FAILED; }
      return ((void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap"))(a, n, p, f, fd, o);
    }
    void *mmap64(void *a, size_t n, int p, int f, int fd, off_t o) { return mmap(a, n, p, f, fd, o); }`,
  /** The wall clock is a day behind; the monotonic one is not. */
  yesterday: `
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <sys/time.h>
    #include <time.h>
    int clock_gettime(clockid_t id, struct timespec *t) {
      int end = ((int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime"))(id, t);
      if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec -= 86400;
      return end;
    }
    int gettimeofday(struct timeval *t, void *z) {
      int end = ((int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday"))(t, z);
      t->tv_sec -= 86400;
      return end;
    }
    time_t time(time_t *to) {
      struct timeval t;
      gettimeofday(&t, 0);
      if (to) *to = t.tv_sec;
      return t.tv_sec;
    }`,
} as const;

export const hasCompiler = () => spawnSync('gcc', ['--version']).status === 0;

/** Compiles a stub in a folder; returns the library for LD_PRELOAD. */
export function buildStub(folder: string, name: keyof typeof stubs): string {
  const [source, library] = [join(folder, `${name}.c`), join(folder, `${name}.so`)];
  writeFileSync(source, stubs[name]);
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-o', library, source, '-ldl'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  return library;
}
