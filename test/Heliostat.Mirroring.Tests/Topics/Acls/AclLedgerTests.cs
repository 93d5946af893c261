using System.Text;
using Heliostat.Mirroring.Topics.Acls;

namespace Heliostat.Mirroring.Tests.Topics.Acls;

public sealed class AclLedgerTests
{
    private static readonly TopicAcl Alice = new("A.orders", PatternType.Literal, "User:alice", "*", AclOperation.Read,
        AclPermission.Allow);

    [Fact]
    public void A_rule_is_stored_as_documented() =>
        Assert.Equal("""["acl","A.orders",3,"User:alice","*",3,3]""", Encoding.UTF8.GetString(AclLedgerRecord.Key(Alice)));

    [Fact]
    public void What_was_remembered_and_forgotten_is_read_back()
    {
        var odd = Alice with
        {
            Principal = "User:\"O'Brien\" <ä>",
            Host = "10.0.0.1",
            Operation = (AclOperation)14,
            Pattern = PatternType.Prefixed
        };
        var ledger = new AclLedger();
        ledger.Remember([Alice, odd]);
        var written = ledger.Unsaved.ToList();
        ledger.Saved();
        ledger.Remember([Alice]);
        ledger.Forget([odd]);
        written.AddRange(ledger.Unsaved);

        var read = new AclLedger();
        foreach (var record in written)
        {
            read.Take(record.Key, record.Value is null);
        }

        Assert.Equal(3, written.Count);
        Assert.Equal([Alice], read.Copied);
        Assert.Empty(read.Unsaved);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""["pause","orders"]""")]
    [InlineData("""["acl","A.orders",3,"User:alice","*",3]""")]
    [InlineData("""["acl","A.orders",3,"User:alice","*",3,3,4]""")]
    [InlineData("""["acl","A.orders",300,"User:alice","*",3,3]""")]
    [InlineData("""["acl",7,3,"User:alice","*",3,3]""")]
    [InlineData("""["acl","A.\ud800",3,"User:alice","*",3,3]""")]
    public void What_nobody_of_us_wrote_is_passed_over(string key)
    {
        var ledger = new AclLedger();

        ledger.Take(Encoding.UTF8.GetBytes(key), isTombstone: false);

        Assert.Empty(ledger.Copied);
    }
}
