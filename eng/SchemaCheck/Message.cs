using System.Reflection;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace SchemaCheck;

/// <summary>One of our messages: its body's type and the versions it is laid out for.</summary>
public sealed record Message(Type Body, Api? Api, short MinVersion, short MaxVersion, short FlexibleFrom)
{
    private static readonly MethodInfo DescribeMethod = typeof(WireDescriber).GetMethod(nameof(WireDescriber.Describe))!;

    /// <summary>Every request and response of <see cref="Api.All"/>, the headers, and the bodies of the consumer protocol.</summary>
    public static IReadOnlyList<Message> All { get; } =
    [
        .. Api.All.SelectMany(api => new[] { Of(api, "Request"), Of(api, "Response") }),
        new(typeof(RequestHeader), null, 1, 2, RequestHeader.FlexibleFrom),
        new(typeof(ResponseHeader), null, 0, 1, ResponseHeader.FlexibleFrom),
        new(typeof(ConsumerProtocolSubscription), null, 0, ConsumerProtocolSubscription.MaxVersion, short.MaxValue),
        new(typeof(ConsumerProtocolAssignment), null, 0, ConsumerProtocolAssignment.MaxVersion, short.MaxValue),
    ];

    public string Name => Body.Name;

    public bool IsFlexible(short version) => version >= FlexibleFrom;

    /// <summary>The fields of a version, as the layout has them.</summary>
    public IReadOnlyList<WireField> Fields(short version) =>
        (IReadOnlyList<WireField>)DescribeMethod.MakeGenericMethod(Body).Invoke(null, [version, IsFlexible(version)])!;

    private static Message Of(Api api, string kind)
    {
        var name = $"{typeof(Api).Namespace}.{api.Key}{kind}";
        var body = typeof(Api).Assembly.GetType(name) ?? throw new TypeLoadException($"{name} is not there");
        return new Message(body, api, api.MinVersion, api.MaxVersion, api.FlexibleFrom);
    }
}
