using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Embedded;

/// <summary>Sums up a partition as it is read, as the Java witness does.</summary>
internal sealed class ContentBuilder(int partition, long end, ReadOptions options)
{
    private readonly IncrementalHash _sequence = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashSet<string> _seen = [];
    private readonly List<KafkaRecord> _records = [];
    private BigInteger _sum;
    private long _first = -1;
    private long _last = -1;
    private long _count;
    private long _duplicates;

    public void Add(KafkaRecord record)
    {
        var hash = Hash(record);
        if (options.Dedupe && !_seen.Add(Convert.ToHexString(hash)))
        {
            _duplicates++;
            return;
        }

        _sequence.AppendData(hash);
        _sum += new BigInteger(hash, isUnsigned: true);
        _first = _first < 0 ? record.Offset : _first;
        _last = record.Offset;
        _count++;
        if (options.Records)
        {
            _records.Add(record);
        }
    }

    public PartitionContent Build() => new()
    {
        Partition = partition,
        EndOffset = end,
        FirstOffset = _first,
        LastOffset = _last,
        Count = _count,
        Duplicates = _duplicates,
        Sequence = Convert.ToHexStringLower(_sequence.GetHashAndReset()),
        Sum = _sum.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
        Records = _records,
    };

    private static byte[] Hash(KafkaRecord record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, record.Timestamp ?? -1);
        Append(hash, record.Key);
        Append(hash, record.Value);
        foreach (var header in record.Headers)
        {
            Append(hash, Encoding.UTF8.GetBytes(header.Name));
            Append(hash, header.Value);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, byte[]? bytes)
    {
        Append(hash, bytes?.Length ?? -1);
        hash.AppendData(bytes ?? []);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
