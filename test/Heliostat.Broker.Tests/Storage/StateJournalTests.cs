using Heliostat.Broker.Storage;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Storage;

public sealed class StateJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("journal");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_record_of_each_key_counts_and_removed_ones_do_not()
    {
        using (var journal = Open())
        {
            journal.Write(Offset("g", 0, 1), Offset("g", 1, 1), Offset("a group\nof two lines", 0, 7));
            journal.Write(Offset("g", 0, 2));
            journal.Write(StateChange.Removal(OffsetRecord.KeyOf("g", "t", 1, null)));
        }

        using var again = Open();

        Assert.Equal([("a group\nof two lines", 7L), ("g", 2L)], Offsets(again));
    }

    [Fact]
    public void A_tail_torn_at_any_byte_is_cut_off_and_what_was_written_at_once_counts_whole_or_not_at_all()
    {
        using (var journal = Open())
        {
            journal.Write(Offset("a", 0, 1));
            journal.Write(Offset("b", 0, 1), Offset("c", 0, 1));
        }

        var whole = File.ReadAllBytes(FilePath);
        for (var length = 1; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            using var torn = Open();
            var seen = Offsets(torn).Select(offset => offset.Group).ToList();
            Assert.True(seen.Count == 0 || seen is ["a"], $"{length}: {string.Join(',', seen)}");

            torn.Write(Offset("d", 0, 1));
            torn.Dispose();
            using var after = Open();
            Assert.Equal([.. seen, "d"], Offsets(after).Select(offset => offset.Group));
        }
    }

    [Fact]
    public void Damage_in_the_middle_is_refused_because_cutting_there_would_lose_what_follows()
    {
        using (var journal = Open())
        {
            for (var n = 0; n < 10; n++) journal.Write(Offset($"g{n}", 0, n));
        }

        var bytes = File.ReadAllBytes(FilePath);
        bytes[bytes.AsSpan().IndexOf("g5"u8)] ^= 1;
        File.WriteAllBytes(FilePath, bytes);

        var refused = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains(FilePath, refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void It_is_written_anew_when_most_of_it_is_outdated()
    {
        using (var journal = Open())
        {
            for (var n = 0; n < 20_000; n++) journal.Write(Offset($"g{n % 10}", 0, n));
            Assert.True(new FileInfo(FilePath).Length < 3 << 20);
        }

        using var again = Open();

        Assert.Equal(Enumerable.Range(19_990, 10).Select(n => (long)n).Order(), Offsets(again).Select(offset => offset.Offset).Order());
    }

    private string FilePath => Path.Combine(_folder.Path, "state", "00000000000000000000.log");

    private StateJournal Open() => StateJournal.Open(_folder.File("state"), TimeProvider.System);

    private static OffsetRecord Offset(string group, int partition, long offset) => new(group, "t", partition, offset);

    private static List<(string Group, long Offset)> Offsets(StateJournal journal) =>
        [.. journal.Records().OfType<OffsetRecord>()
            .Select(record => (record.Group, record.Offset)).OrderBy(record => record.Group, StringComparer.Ordinal)];
}
