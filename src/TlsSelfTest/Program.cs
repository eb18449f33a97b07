using PixieOrleans.TlsSelfTest;

// Makes calls of a TLS library whose number and bytes are known, for the silo to compare with what its probes see.
// Arguments: the kind of exchange; files, each after those that it needs, the library last. On standard output, each
// answered by a byte: "ready" before the library is loaded, "call NAME CALLS BYTES" after calls of a function. Then
// "done", or "cannot REASON".
const int Ok = 0;
const int Failed = 1;

if (args.Length < 2)
{
    Console.Error.WriteLine("The silo starts this program; see docs/tls.md.");
    return Failed;
}

try
{
    var files = args[1..].Select(path => File.OpenHandle(path)).ToArray(); // while it may still open them
    Confinement.Enter();
    Dialogue.Tell("ready");
    var library = TlsLibrary.Load(files);
    KnownExchange.Run(args[0], library);
    Dialogue.End("done");
    return Ok;
}
catch (Exception e) // the silo shows it
{
    Dialogue.End("cannot " + e.Message.ReplaceLineEndings(" "));
    return Failed;
}
