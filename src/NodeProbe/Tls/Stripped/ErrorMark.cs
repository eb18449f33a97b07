namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>
/// A call ERR_put_error(library, 0, reason, file, line): what BoringSSL's sources have at each error.
/// </summary>
/// <param name="Library">Number of the part of BoringSSL.</param>
/// <param name="Reason">Number of the error in it.</param>
/// <param name="File">Address of the name of the source.</param>
/// <param name="Line">Line in it.</param>
/// <param name="Callee">Address of ERR_put_error.</param>
internal readonly record struct ErrorMark(uint Library, uint Reason, ulong File, uint Line, ulong Callee);
