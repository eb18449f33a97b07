namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>
/// A program with two coroutines on one thread, each the server of a TLS connection. Its own read() changes to the
/// other one when there is nothing to read, as the libraries do that hook system calls: both are inside SSL_read, and
/// before inside SSL_do_handshake, at the same time. A second thread is the client of both.
/// </summary>
internal static class FiberProgram
{
    /// <summary>Calls of SSL_read that return plaintext.</summary>
    public const int Reads = 20;

    /// <summary>What it is linked with.</summary>
    public const string Library = "/usr/lib/x86_64-linux-gnu/libssl.so.3";

    /// <summary>In C, without OpenSSL's headers.</summary>
    public const string Source =
        """
        #define _GNU_SOURCE
        #include <arpa/inet.h>
        #include <errno.h>
        #include <poll.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <ucontext.h>
        #include <unistd.h>
        void *TLS_client_method(void), *TLS_server_method(void), *SSL_CTX_new(void *), *SSL_new(void *);
        int SSL_CTX_use_certificate_chain_file(void *, const char *);
        int SSL_CTX_use_PrivateKey_file(void *, const char *, int);
        int SSL_set_fd(void *, int), SSL_do_handshake(void *), SSL_read(void *, void *, int);
        int SSL_write(void *, const void *, int);
        void SSL_set_connect_state(void *), SSL_set_accept_state(void *);

        enum { TURNS = 10 };
        static ucontext_t fibers[2], first;
        static char stacks[2][1 << 18];
        static int current = -1, switches, over[2], inside[2], client_fd[2], server_fd[2];
        static void *contexts[2];

        ssize_t read(int fd, void *data, size_t bytes)
        {
            int own = current;
            struct pollfd ready = { .fd = fd, .events = POLLIN };
            if (fd == server_fd[0] || fd == server_fd[1])
                while (poll(&ready, 1, 0) == 0)
                    if (!over[!own]) {
                        switches += inside[0] && inside[1];
                        current = !own;
                        swapcontext(&fibers[own], &fibers[!own]);
                    }
            return syscall(SYS_read, fd, data, bytes);
        }

        static void serve(int own)
        {
            void *tls = SSL_new(contexts[0]);
            char text[64];
            SSL_set_fd(tls, server_fd[own]);
            SSL_set_accept_state(tls);
            if (SSL_do_handshake(tls) != 1) exit(2);
            for (int i = 0; i < TURNS; i++) {
                inside[own] = 1;
                if (SSL_read(tls, text, sizeof(text)) <= 0) exit(3);
                inside[own] = 0;
                if (SSL_write(tls, "HTTP/1.1 204 No Content\r\n\r\n", 27) != 27) exit(4);
            }
            over[own] = 1;
            current = !own;
            if (!over[!own]) setcontext(&fibers[!own]);
            setcontext(&first);
        }

        static void *ask(void *nothing)
        {
            static const char *requests[2] = { "GET /0 HTTP/1.1\r\n\r\n", "GET /1 HTTP/1.1\r\n\r\n" };
            void *tls[2];
            char text[64];
            for (int i = 0; i < 2; i++) {
                tls[i] = SSL_new(contexts[1]);
                SSL_set_fd(tls[i], client_fd[i]);
                SSL_set_connect_state(tls[i]);
                if (SSL_do_handshake(tls[i]) != 1) exit(5);
            }
            for (int turn = 0; turn < TURNS; turn++)
                for (int k = 0; k < 2; k++) { /* now one first, now the other */
                    int i = k ^ (turn & 1);
                    usleep(2000);
                    if (SSL_write(tls[i], requests[i], 19) != 19) exit(6);
                    if (SSL_read(tls[i], text, sizeof(text)) <= 0) exit(7);
                }
            return nothing;
        }

        int main(int argc, char **argv)
        {
            struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
            socklen_t bytes = sizeof(address);
            int listener = socket(AF_INET, SOCK_STREAM, 0);
            pthread_t client;
            contexts[0] = SSL_CTX_new(TLS_server_method());
            contexts[1] = SSL_CTX_new(TLS_client_method());
            if (SSL_CTX_use_certificate_chain_file(contexts[0], argv[1]) != 1 ||
                SSL_CTX_use_PrivateKey_file(contexts[0], argv[1], 1) != 1) return 8;
            bind(listener, (void *)&address, bytes);
            listen(listener, 2);
            getsockname(listener, (void *)&address, &bytes);
            for (int i = 0; i < 2; i++) {
                client_fd[i] = socket(AF_INET, SOCK_STREAM, 0);
                if (connect(client_fd[i], (void *)&address, bytes)) return 9;
                server_fd[i] = accept(listener, 0, 0);
                getcontext(&fibers[i]);
                fibers[i].uc_stack.ss_sp = stacks[i];
                fibers[i].uc_stack.ss_size = sizeof(stacks[i]);
                makecontext(&fibers[i], (void (*)(void))serve, 1, i);
            }
            pthread_create(&client, 0, ask, 0);
            if (!over[0] && !over[1]) {
                current = 0;
                swapcontext(&first, &fibers[0]);
            }
            pthread_join(client, 0);
            printf(switches ? "fibers switched inside SSL_read" : "no switch\n");
            return 0;
        }
        """;
}
