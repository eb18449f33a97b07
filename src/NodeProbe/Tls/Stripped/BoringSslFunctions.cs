namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>Functions of BoringSSL, known by the errors that they report.</summary>
/// <param name="Read">SSL_read.</param>
/// <param name="Write">SSL_write.</param>
/// <param name="Handshake">SSL_do_handshake.</param>
/// <param name="BioWrite">BIO_write; null when it is not told from functions that contain a copy of it.</param>
/// <remarks>
/// The errors of ssl_lib.cc in the order of their lines, which its releases share (2017 to 2026):
///   SSL_do_handshake   CONNECTION_TYPE_NOT_SET
///   ssl_read_impl      UNINITIALIZED, SSL_HANDSHAKE_FAILURE; calls SSL_do_handshake
///   SSL_peek           ERR_R_SHOULD_NOT_HAVE_BEEN_CALLED (since QUIC, 2018); calls ssl_read_impl
///   SSL_write          the same, UNINITIALIZED, SSL_HANDSHAKE_FAILURE; calls SSL_do_handshake
/// SSL_read calls SSL_peek, or contains it, and is the one that writes the two fields of the span that SSL_peek reads:
/// what is not read yet. In bio.c the third to report UNSUPPORTED_METHOD and UNINITIALIZED is BIO_write; of copies
/// that compilers make, it is called by ssl_write_buffer_flush, the last of ssl_buffer.cc to report BIO_NOT_SET.
/// Each function must be the only one of its kind, and those that call each other must agree.
/// </remarks>
internal sealed record BoringSslFunctions(
    FunctionCode Read, FunctionCode Write, FunctionCode Handshake, FunctionCode? BioWrite)
{
    private const uint Ssl = 16; // ERR_LIB_*
    private const uint Bio = 17;
    private const uint ShouldNotHaveBeenCalled = 66; // ERR_R_*
    private const uint BioNotSet = 119; // SSL_R_*
    private const uint ConnectionTypeNotSet = 134;
    private const uint HandshakeFailure = 215;
    private const uint Uninitialized = 226;
    private const uint BioUninitialized = 114; // BIO_R_*
    private const uint BioUnsupportedMethod = 115;
    private const int BioWritePlace = 2; // behind BIO_read and BIO_gets

    /// <summary>Tells which of some functions are which; null unless all but BIO_write are told for sure.</summary>
    /// <param name="functions">Functions around the errors of the sources.</param>
    /// <param name="sources">Addresses of the names of the sources.</param>
    /// <param name="callersOf">Functions that call one of some others.</param>
    public static BoringSslFunctions? Find(
        IReadOnlyList<FunctionCode> functions,
        BoringSslSources sources,
        Func<IReadOnlyCollection<FunctionCode>, IEnumerable<FunctionCode>> callersOf)
    {
        var errors = ErrorsOf(functions, Ssl, sources.SslLib);
        if (errors.Where(e => e.Reason == ConnectionTypeNotSet).ToList() is not [var notSet]
            || errors.Where(e => e.Line > notSet.Line && e.Reason is Uninitialized or HandshakeFailure).Take(4).ToList()
                is not [var readNew, var readFailed, var writeNew, var writeFailed]
            || (readNew.Reason, readFailed.Reason) != (Uninitialized, HandshakeFailure)
            || (writeNew.Reason, writeFailed.Reason) != (Uninitialized, HandshakeFailure))
        {
            return null;
        }

        var readers = functions.Where(f => f.Has(readNew) && f.Has(readFailed) && !f.Has(writeNew)).ToList();
        if (functions.Where(f => f.Has(writeNew) && f.Has(writeFailed) && !f.Has(readNew)).ToList() is not [var write]
            || functions.Where(f => f.Has(notSet) && write.Calls.Contains(f.Entry)).ToList() is not [var handshake]
            || readers.Count == 0 || !readers.TrueForAll(r => r.Calls.Contains(handshake.Entry)))
        {
            return null;
        }

        var peek = errors.FirstOrDefault(e =>
            e.Reason == ShouldNotHaveBeenCalled && e.Line > readFailed.Line && e.Line < writeNew.Line);
        var peekers = functions
            .Where(f => readers.Contains(f) || readers.Exists(r => f.Calls.Contains(r.Entry)))
            .Where(f => peek == default || f.Has(peek))
            .Where(f => f != write)
            .ToList();
        var consumers = peekers.Where(f => Consumes(f, peekers)).ToList();
        if (consumers.Count == 0) // none contains SSL_peek
        {
            consumers = [.. callersOf(peekers).Where(f => Consumes(f, peekers)).DistinctBy(f => f.Entry)];
        }

        return consumers is [var read] && read.Entry != write.Entry
            ? new BoringSslFunctions(read, write, handshake, FindBioWrite(functions, sources))
            : null;
    }

    private static List<ErrorMark> ErrorsOf(IReadOnlyList<FunctionCode> functions, uint library, ulong? source) =>
    [
        .. functions.SelectMany(f => f.Errors).Where(e => e.Library == library && e.File == source)
            .Distinct().OrderBy(e => e.Line),
    ];

    /// <summary>Does a function write both fields of a span, address and size, that SSL_peek reads?</summary>
    private static bool Consumes(FunctionCode function, List<FunctionCode> peekers)
    {
        var written = function.Fields(written: true);
        return peekers.Exists(p => (p == function || function.Calls.Contains(p.Entry))
            && p.Fields(written: false) is var read
            && written.Any(w => written.Contains(w + sizeof(ulong)) && read.Contains(w)
                && read.Contains(w + sizeof(ulong))));
    }

    private static FunctionCode? FindBioWrite(IReadOnlyList<FunctionCode> functions, BoringSslSources sources)
    {
        var unsupported = ErrorsOf(functions, Bio, sources.Bio)
            .Where(e => e.Reason is BioUnsupportedMethod or BioUninitialized).ToList();
        var place = BioWritePlace * 2;
        if (unsupported.Count < place + 2 || unsupported[place].Reason != BioUnsupportedMethod
            || unsupported[place + 1].Reason != BioUninitialized)
        {
            return null;
        }

        var flush = ErrorsOf(functions, Ssl, sources.Buffer).LastOrDefault(e => e.Reason == BioNotSet);
        var flushes = functions.Where(f => f.Has(flush)).ToList();
        var candidates = functions
            .Where(f => f.Has(unsupported[place]) && f.Has(unsupported[place + 1]))
            .Where(f => flushes.Exists(caller => caller.Calls.Contains(f.Entry)));
        return candidates.ToList() is [var write] ? write : null;
    }
}

/// <summary>Addresses of the names of BoringSSL's sources, as its errors give them.</summary>
/// <param name="SslLib">ssl_lib.cc.</param>
/// <param name="Buffer">ssl_buffer.cc.</param>
/// <param name="Bio">bio.c, or bio.cc.</param>
internal readonly record struct BoringSslSources(ulong SslLib, ulong? Buffer, ulong? Bio);
