namespace PixieOrleans.Replay.Captures;

/// <summary>The file is no capture, or of a kind that cannot be read; the message says which.</summary>
public sealed class CaptureFormatException(string message) : Exception(message);
