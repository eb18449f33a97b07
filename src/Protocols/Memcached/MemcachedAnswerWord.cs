using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>What the last line of an answer begins with.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Kinds">Commands that it answers.</param>
/// <param name="Status">What it means for them: the same in all three forms of the protocol.</param>
internal sealed record MemcachedAnswerWord(string Text, MemcachedKind Kinds, string Status)
{
    private const int MaxDigits = 20; // of 64 bits

    private const MemcachedKind About =
        MemcachedKind.Store | MemcachedKind.Delete | MemcachedKind.Touch | MemcachedKind.Arithmetic;

    private const MemcachedKind Words = MemcachedKind.Other | MemcachedKind.Lines;

    private static readonly ImmutableArray<MemcachedAnswerWord> All =
    [
        new("END", MemcachedKind.Get, ""), // as many values as came tell
        new("END", MemcachedKind.Stats | MemcachedKind.Lines, "OK"),
        new("STORED", MemcachedKind.Store, "STORED"),
        new("NOT_STORED", MemcachedKind.Store, "NOT_STORED"),
        new("EXISTS", MemcachedKind.Store, "EXISTS"),
        new("NOT_FOUND", About, "NOT_FOUND"),
        new("DELETED", MemcachedKind.Delete, "DELETED"),
        new("TOUCHED", MemcachedKind.Touch, "TOUCHED"),
        new("OK", Words, "OK"),
        new("HD", MemcachedKind.MetaGet, "HIT"),
        new("VA", MemcachedKind.MetaGet, "HIT"),
        new("EN", MemcachedKind.MetaGet | MemcachedKind.MetaDebug, "MISS"),
        new("HD", MemcachedKind.MetaSet, "STORED"),
        new("HD", MemcachedKind.MetaDelete, "DELETED"),
        new("HD", MemcachedKind.MetaArithmetic, "OK"),
        new("VA", MemcachedKind.MetaArithmetic, "OK"),
        new("NS", MemcachedKind.MetaSet | MemcachedKind.MetaArithmetic, "NOT_STORED"),
        new("EX", MemcachedKind.Meta, "EXISTS"),
        new("NF", MemcachedKind.Meta, "NOT_FOUND"),
        new("MN", MemcachedKind.MetaNoop, "OK"),
        new("ME", MemcachedKind.MetaDebug, "OK"),
        new("VERSION", MemcachedKind.Version, "OK"),
        new("RESET", MemcachedKind.Stats, "OK"),
        new("ERROR", MemcachedKind.All, "ERROR"),
        new("CLIENT_ERROR", MemcachedKind.All, "CLIENT_ERROR"),
        new("SERVER_ERROR", MemcachedKind.All, "SERVER_ERROR"),
        new("BUSY", Words, "BUSY"),
        new("BADCLASS", Words, "BADCLASS"),
        new("NOSPARE", Words, "NOSPARE"),
        new("NOTFULL", Words, "NOTFULL"),
        new("UNSAFE", Words, "UNSAFE"),
        new("SAME", Words, "SAME"),

        // Parts of answers that END ends.
        new("VALUE", MemcachedKind.None, ""),
        new("STAT", MemcachedKind.None, ""),
        new("ITEM", MemcachedKind.None, ""),
        new("PREFIX", MemcachedKind.None, ""),
    ];

    private static readonly MemcachedAnswerWord Number = new("", MemcachedKind.Arithmetic, "OK");

    /// <summary>As it is written.</summary>
    public byte[] Utf8 { get; } = Encoding.ASCII.GetBytes(Text);

    /// <summary>The status as bytes.</summary>
    public byte[] StatusUtf8 { get; } = Encoding.ASCII.GetBytes(Status);

    /// <summary>True when the answer is an error.</summary>
    public bool IsError => Kinds == MemcachedKind.All;

    /// <summary>What a word means as answer to a command; null when it does not answer it.</summary>
    public static MemcachedAnswerWord? Find(ReadOnlySpan<byte> word, MemcachedKind kind)
    {
        foreach (var answer in All)
        {
            if ((answer.Kinds & kind) != 0 && word.SequenceEqual(answer.Utf8))
            {
                return answer;
            }
        }

        return kind == MemcachedKind.Arithmetic && IsNumber(word) ? Number : null;
    }

    /// <summary>Whether a line may begin with this word, or the word with these bytes.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> word, bool isWhole)
    {
        foreach (var answer in All)
        {
            if (isWhole ? word.SequenceEqual(answer.Utf8) : answer.Utf8.AsSpan().StartsWith(word))
            {
                return true;
            }
        }

        return IsNumber(word);
    }

    private static bool IsNumber(ReadOnlySpan<byte> word) =>
        word.Length is > 0 and <= MaxDigits && !word.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
