/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A function of the name SSL_write that nobody calls, for own_library.c. */
__attribute__((used)) static int SSL_write(void *end, const void *buffer, int bytes)
{
	return bytes + (end == buffer);
}
