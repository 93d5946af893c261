using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliostat.Status;

/// <summary>Documents as JSON: names in snake_case, what is not known is null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(IReadOnlyList<FlowDocument>))]
[JsonSerializable(typeof(Page<TopicDocument>))]
[JsonSerializable(typeof(Page<LaneDocument>))]
[JsonSerializable(typeof(LossDocument))]
[JsonSerializable(typeof(Page<AuditedLaneDocument>))]
[JsonSerializable(typeof(HistoryDocument))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    /// <summary>As people write it, <c>A->B</c> not <c>A\u003EB</c>: it is served as JSON, and never within a page.</summary>
    public static StatusJson Plain =>
        field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>A part of a long list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">In their order.</param>
/// <param name="Total">How many there are in all that were asked for.</param>
/// <param name="Next">What to give as <c>after</c> for the next part; null at the end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, int Total, string? Next);
