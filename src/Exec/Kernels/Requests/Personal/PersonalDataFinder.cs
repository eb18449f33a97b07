using System.Runtime.InteropServices;
using static PixieOrleans.Exec.Kernels.Requests.Personal.ByteClasses;

namespace PixieOrleans.Exec.Kernels.Requests.Personal;

/// <summary>
/// Finds personal data in texts by its form; one thread uses it for many of them. One pass with a bounded look ahead
/// and back per byte.
/// </summary>
internal sealed class PersonalDataFinder
{
    private readonly List<PersonalSpan> _spans = [];
    private readonly int[] _ends = new int[Enum.GetValues<PersonalTag>().Length]; // of the last one of each kind

    /// <summary>
    /// What there is, in order and without overlaps: of spans that overlap, all bytes get the tag of the longest one.
    /// Valid until the next call.
    /// </summary>
    public ReadOnlySpan<PersonalSpan> Find(ReadOnlySpan<byte> text)
    {
        _spans.Clear();
        Array.Clear(_ends);
        for (var at = 0; at < text.Length; at++)
        {
            var value = text[at];
            if (value == '@')
            {
                AddMail(text, at, 1);
            }
            else if (value == '%' && At(text, at + 1) == '4' && At(text, at + 2) == '0')
            {
                AddMail(text, at, 3);
            }
            else if (value == ':' || IsAlphanumeric(value))
            {
                AddWord(text, at, value);
            }
        }

        if (_spans.Count > 1)
        {
            Join();
        }

        return CollectionsMarshal.AsSpan(_spans);
    }

    private void AddMail(ReadOnlySpan<byte> text, int at, int signLength)
    {
        var (start, length) = AddressPatterns.MatchMail(text, at, signLength);
        Add(start, length, PersonalTag.Email);
    }

    private void AddWord(ReadOnlySpan<byte> text, int at, byte value)
    {
        var before = At(text, at - 1);
        var isDigit = IsDigit(value);
        if (isDigit && !IsDigit(before))
        {
            AddNumber(text, at);
        }

        if (IsAlphanumeric(before) || before == ':')
        {
            return;
        }

        if (value == ':' || IsHex(value))
        {
            if (Starts(at, PersonalTag.IPv6))
            {
                Add(at, AddressPatterns.MatchIPv6(text, at), PersonalTag.IPv6);
            }

            Add(at, AddressPatterns.MatchMac(text, at), PersonalTag.MacAddress);
        }

        if (IsLetter(value))
        {
            Add(at, NumberPatterns.MatchIban(text, at), PersonalTag.Iban);
        }
    }

    private void AddNumber(ReadOnlySpan<byte> text, int at)
    {
        if (Starts(at, PersonalTag.IPv4))
        {
            Add(at, AddressPatterns.MatchIPv4(text, at), PersonalTag.IPv4);
        }

        if (Starts(at, PersonalTag.Imei))
        {
            Add(at, NumberPatterns.MatchImei(text, at), PersonalTag.Imei);
        }

        if (Starts(at, PersonalTag.CardNumber))
        {
            Add(at, NumberPatterns.MatchCard(text, at), PersonalTag.CardNumber);
        }

        if (Starts(at, PersonalTag.SocialSecurityNumber))
        {
            Add(at, NumberPatterns.MatchSocialSecurity(text, at), PersonalTag.SocialSecurityNumber);
        }
    }

    // One kind does not overlap itself: 1.2.3.4.5 is one address and a rest.
    private bool Starts(int at, PersonalTag tag) => at >= _ends[(int)tag];

    private void Add(int start, int length, PersonalTag tag)
    {
        if (length > 0)
        {
            _spans.Add(new PersonalSpan(start, length, tag));
            _ends[(int)tag] = start + length;
        }
    }

    private void Join()
    {
        _spans.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.Length.CompareTo(a.Length));
        var (kept, best, end) = (0, _spans[0], _spans[0].Start + _spans[0].Length);
        var start = best.Start;
        for (var i = 1; i < _spans.Count; i++)
        {
            var span = _spans[i];
            if (span.Start >= end)
            {
                _spans[kept++] = new PersonalSpan(start, end - start, best.Tag);
                (start, end, best) = (span.Start, span.Start + span.Length, span);
                continue;
            }

            end = Math.Max(end, span.Start + span.Length);
            best = span.Length > best.Length || (span.Length == best.Length && span.Tag < best.Tag) ? span : best;
        }

        _spans[kept++] = new PersonalSpan(start, end - start, best.Tag);
        _spans.RemoveRange(kept, _spans.Count - kept);
    }
}
