using System.Globalization;
using System.Text;
using Heliostat.Protocol.Records;

namespace Heliostat.Demo.Load;

/// <summary>Makes up the records of one partition: readable ones, each with its number in a header, so that no two are alike.</summary>
internal sealed class RecordMaker(string topic, int partition) : IDisposable
{
    /// <summary>The header that holds the number; the audit reads it.</summary>
    private const string NumberHeader = "n";

    /// <summary>Keys of a compacted partition.</summary>
    private const int Customers = 200;

    /// <summary>So often a customer is deleted instead of changed.</summary>
    private const int Tombstone = 25;

    private static readonly string[] Items = ["lamp", "chair", "kettle", "mirror", "clock", "table", "vase", "rug"];
    private static readonly string[] Cities = ["Almeria", "Ivanpah", "Odeillo", "Daggett", "Sevilla", "Jülich"];

    private readonly Random _random = new(HashCode.Combine(partition, topic.Length));
    private readonly RecordHeadersBuilder _headers = new();
    private long _number;

    /// <summary>Appends the next <paramref name="count"/> records.</summary>
    public void Append(RecordBatchBuilder builder, int count, long timestamp)
    {
        for (var i = 0; i < count; i++)
        {
            var number = _number++;
            var (key, value) = Content(number);
            _headers.Reset();
            _headers.Add(NumberHeader, Bytes(string.Create(CultureInfo.InvariantCulture, $"{number}")));
            builder.Append(timestamp, Bytes(key), Bytes(value), _headers.Headers);
        }
    }

    public void Dispose() => _headers.Dispose();

    private (string? Key, string? Value) Content(long number)
    {
        var customer = string.Create(CultureInfo.InvariantCulture, $"customer-{partition}{_random.Next(Customers):000}");
        var order = string.Create(CultureInfo.InvariantCulture, $"order-{partition}-{number}");
        return topic switch
        {
            "customers" => (customer, _random.Next(Tombstone) == 0
                ? null
                : $$"""{"customer":"{{customer}}","city":"{{Pick(Cities)}}","change":{{Text(number)}}}"""),
            "orders" => (order,
                $$"""{"order":"{{order}}","customer":"{{customer}}","item":"{{Pick(Items)}}","amount":{{Text(_random.Next(1, 500))}}}"""),
            "payments" => (order, $$"""{"order":"{{order}}","paid":{{Text(_random.Next(1, 500))}}}"""),
            _ => (null, $"GET /{Pick(Items)}/{Text(_random.Next(1000))} 200 {customer}"),
        };
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
