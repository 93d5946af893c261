using System.Security.Cryptography;
using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Transport.Security;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Key or value become their HMAC-SHA-256, 64 hexadecimal digits: the same for the same, so that joins hold. Null stays null.
/// </summary>
internal sealed class HashRule(PayloadPart part, Secret key) : RecordRule
{
    private const int Digits = 2 * HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(key.Reveal());

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var bytes = record[part];
        if (bytes.IsNull)
        {
            return RuleOutcome.Kept;
        }

        var made = scratch.Place(part);
        Write(_key, bytes.Span, made);
        record.Put(part, made.Written);
        return RuleOutcome.Changed;
    }

    /// <summary>Writes the digits of <paramref name="bytes"/>' hash.</summary>
    public static void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, ByteBuffer to)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes, hash);
        Convert.TryToHexStringLower(hash, to.GetSpan(Digits), out var written);
        to.Advance(written);
    }
}
