using System.Text;
using Heliostat.Plugins;

namespace MaskPlugin.Tests;

/// <summary>A plug-in is tested without a mirror: records in, changes out.</summary>
public sealed class MaskFieldTests
{
    private readonly MaskField _plugin = new();
    private readonly RecordChanges _changes = new();

    public MaskFieldTests() => _plugin.Configure(new Dictionary<string, string> { ["field"] = "card" });

    [Theory]
    [InlineData("""{"id": 1, "card": "4111", "of": {"card": 2}}""", """{"id": 1, "card": "***", "of": {"card": 2}}""")]
    [InlineData("""{"card": {"no": [1, 2]}, "card": null}""", """{"card": "***", "card": "***"}""")]
    public void The_field_is_masked_and_the_rest_stays(string value, string becomes)
    {
        Assert.Equal(Verdict.Keep, Apply(Encoding.UTF8.GetBytes(value)));

        Assert.Equal(becomes, Encoding.UTF8.GetString(_changes.Value));
    }

    [Theory]
    [InlineData("""{"id": 1}""")]
    [InlineData("[]")]
    public void What_has_no_such_field_is_not_changed(string value)
    {
        Assert.Equal(Verdict.Keep, Apply(Encoding.UTF8.GetBytes(value)));

        Assert.True(_changes.IsEmpty);
    }

    [Fact]
    public void Records_of_tests_are_left_out()
    {
        var headers = new RecordChanges();
        headers.AddHeader("env"u8, "test"u8);

        Assert.Equal(Verdict.Drop, Apply("{}"u8, headers.Headers));
    }

    [Fact]
    public void A_tombstone_passes_and_what_is_no_JSON_fails()
    {
        var tombstone = new PluginRecord { Topic = "orders" };
        _changes.Begin(tombstone);

        Assert.Equal(Verdict.Keep, _plugin.Apply(tombstone, _changes));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => { Apply("{"u8); });
    }

    private Verdict Apply(ReadOnlySpan<byte> value, PluginHeaders headers = default)
    {
        var record = new PluginRecord { Topic = "orders", Value = value, Headers = headers };
        _changes.Begin(record);
        return _plugin.Apply(record, _changes);
    }
}
