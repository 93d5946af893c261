using Heliostat.Client;
using Heliostat.Client.Transactions;
using Heliostat.Configuration;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Registries;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Troubles;

/// <summary>Something does not get on. Immutable; who shows it to people takes <see cref="Sentence"/>.</summary>
/// <param name="Kind">What it is; each has a section in docs/troubles.md.</param>
/// <param name="Side">Whose it is.</param>
/// <param name="Detail">What happened, with the names and numbers of this case.</param>
public sealed record Trouble(TroubleKind Kind, TroubleSide Side, string Detail)
{
    private const string SourceWord = "source";
    private const string TargetWord = "target";

    /// <summary>The alias of the cluster; null where clusters have none, or it is nobody's.</summary>
    public string? Cluster { get; init; }

    /// <summary>What it befalls: <c>orders-3</c>, <c>orders</c>, or empty where it is the whole cluster or flow.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Since when; null where nobody noted it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it is tried again; null when somebody must act first.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>The loss that halted it; null where that is not the trouble.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>In one sentence, with whose it is first: <c>target B: topic 'A.orders' ...</c>.</summary>
    public string Sentence => Called.Length == 0 ? Detail : $"{Called}: {Detail}";

    /// <summary>What the sentence calls the side.</summary>
    private string Called { get; init; } = Side switch { TroubleSide.Source => SourceWord, TroubleSide.Target => TargetWord, _ => "" };

    public override string ToString() => $"{Kind.Code()}: {Sentence}";

    /// <summary>What clients and topics said in a sentence that begins with its side, as all that reaches people does.</summary>
    internal static Trouble Said(TroubleKind kind, string sentence, string subject = "")
    {
        var colon = sentence.IndexOf(": ", StringComparison.Ordinal);
        var begin = colon < 0 ? "" : sentence[..colon];
        var side = IsOf(begin, SourceWord) ? TroubleSide.Source : IsOf(begin, TargetWord) ? TroubleSide.Target : TroubleSide.Us;
        if (side == TroubleSide.Us)
        {
            return new Trouble(kind, side, sentence) { Subject = subject };
        }

        var alias = begin[SourceWord.Length..].Trim();
        return new Trouble(kind, side, sentence[(colon + 2)..])
        {
            Subject = subject,
            Cluster = alias.Length > 0 ? alias : null,
            Called = begin
        };
    }

    /// <summary>As it is in a flow whose clusters have these aliases: what was said of an alias is of its side.</summary>
    internal Trouble In(FlowName? flow)
    {
        if (flow is not { } names || Cluster is not null)
        {
            return this;
        }

        foreach (var (side, alias) in new[] { (TroubleSide.Source, names.Source), (TroubleSide.Target, names.Target) })
        {
            if (Side == side)
            {
                return this with { Cluster = alias };
            }

            if (Side == TroubleSide.Us && Detail.StartsWith(alias + ": ", StringComparison.Ordinal))
            {
                return this with { Side = side, Cluster = alias, Called = alias, Detail = Detail[(alias.Length + 2)..] };
            }
        }

        return this;
    }

    /// <summary>What a failure is, as clusters fail; anything else is a defect of ours.</summary>
    internal static Trouble Of(Exception failure, string subject = "") => Said(KindOf(failure), failure.Message, subject);

    private static TroubleKind KindOf(Exception failure) => failure switch
    {
        KafkaConnectionException
        {
            Failure: ConnectionFailure.AuthenticationFailed or ConnectionFailure.TlsFailed
            or ConnectionFailure.WrongListener or ConnectionFailure.NotKafka
        } => TroubleKind.LoginFailed,
        KafkaConnectionException or TimeoutException => TroubleKind.Unreachable,
        KafkaErrorException
        {
            Code: ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
            or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed
        } =>
            TroubleKind.NotAuthorized,
        KafkaErrorException => TroubleKind.BrokerError,
        ConfigurationException => TroubleKind.Refused,
        TransactionLostException { Loss: TransactionLoss.Fenced } => TroubleKind.AnotherProcess,
        TransactionLostException => TroubleKind.TransactionLost,
        RegistryException registry => KindOf(registry.Failure),
        PluginSilentException => TroubleKind.PluginSilent,
        _ => TroubleKind.Defect,
    };

    private static TroubleKind KindOf(RegistryFailure failure) => failure switch
    {
        RegistryFailure.Unreachable => TroubleKind.Unreachable,
        RegistryFailure.LoginFailed => TroubleKind.LoginFailed,
        RegistryFailure.NotAuthorized => TroubleKind.NotAuthorized,
        _ => TroubleKind.SchemaRegistry,
    };

    private static bool IsOf(string begin, string side) => begin == side || begin.StartsWith(side + " ", StringComparison.Ordinal);
}
