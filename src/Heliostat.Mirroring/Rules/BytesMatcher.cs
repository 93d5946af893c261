using System.Buffers;
using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>Holds bytes against what was asked for; null meets nothing.</summary>
internal sealed class BytesMatcher(BytesTest test)
{
    private const int OnStack = 256;

    private readonly byte[] _bytes = test.Bytes?.ToArray() ?? [];

    public bool Matches(NullableSpan value) =>
        !value.IsNull && (test.Pattern is not null ? MatchesText(value.Span)
            : test.IsPrefix ? value.Span.StartsWith(_bytes)
            : value.Span.SequenceEqual(_bytes));

    private bool MatchesText(ReadOnlySpan<byte> bytes)
    {
        var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (most <= OnStack)
        {
            Span<char> text = stackalloc char[OnStack];
            return test.Pattern!.IsMatch(text[..Encoding.UTF8.GetChars(bytes, text)]);
        }

        var rented = ArrayPool<char>.Shared.Rent(most);
        var matches = test.Pattern!.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(bytes, rented)));
        ArrayPool<char>.Shared.Return(rented);
        return matches;
    }
}
