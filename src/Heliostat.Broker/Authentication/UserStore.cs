using System.Collections.Immutable;
using System.Security.Cryptography;
using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Authentication;

/// <summary>
/// The users of a cluster, and the exchanges that they may log in with. Passwords of the options are for PLAIN and SCRAM; what is altered
/// later counts for SCRAM alone, as in Kafka.
/// </summary>
internal sealed class UserStore
{
    private readonly Lock _changing = new();
    private readonly IReadOnlyDictionary<string, string> _passwords;
    private readonly StateJournal _journal;
    private readonly TimeProvider _time;
    private ImmutableDictionary<(string User, sbyte Mechanism), ScramCredential> _scram;

    public UserStore(IReadOnlyDictionary<string, string> passwords, StateJournal journal, TimeProvider time)
    {
        _passwords = passwords;
        _journal = journal;
        _time = time;
        _scram = passwords.SelectMany(user => new[] { ScramMechanism.Sha256, ScramMechanism.Sha512 }.Select(mechanism =>
            KeyValuePair.Create((user.Key, mechanism.Number), ScramCredential.Of(user.Value, mechanism.Hash)))).ToImmutableDictionary();
    }

    /// <summary>The mechanisms that there are.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"];

    /// <summary>What SCRAM logins are checked with, by user and the mechanism's number.</summary>
    public ImmutableDictionary<(string User, sbyte Mechanism), ScramCredential> Scram => Volatile.Read(ref _scram);

    public string? Password(string user) => _passwords.GetValueOrDefault(user);

    /// <summary>Null when the user has none.</summary>
    public ScramCredential? ScramOf(string user, HashAlgorithmName hash) =>
        Scram.GetValueOrDefault((user, (hash == HashAlgorithmName.SHA256 ? ScramMechanism.Sha256 : ScramMechanism.Sha512).Number));

    /// <summary>Sets what a user's logins are checked with, or with null takes it away.</summary>
    public void Alter(string user, ScramMechanism mechanism, ScramCredential? credential)
    {
        lock (_changing)
        {
            var key = (user, mechanism.Number);
            _journal.Write(credential is null
                ? StateChange.Removal(ScramRecord.KeyOf(user, mechanism.Number))
                : new ScramRecord(user, mechanism.Number, credential.Iterations, credential.Salt, credential.StoredKey,
                    credential.ServerKey));
            Volatile.Write(ref _scram, credential is null ? _scram.Remove(key) : _scram.SetItem(key, credential));
        }
    }

    public void Restore(ScramRecord record)
    {
        if (ScramMechanism.Of(record.Mechanism) is { } mechanism)
            _scram = _scram.SetItem((record.User, record.Mechanism),
                new ScramCredential(mechanism.Hash, record.Salt, record.Iterations, record.StoredKey, record.ServerKey));
    }

    public IServerExchange? Begin(string mechanism) => mechanism switch
    {
        "PLAIN" => new PlainExchange(this),
        "SCRAM-SHA-256" => new ScramExchange(this, HashAlgorithmName.SHA256),
        "SCRAM-SHA-512" => new ScramExchange(this, HashAlgorithmName.SHA512),
        "OAUTHBEARER" => new BearerExchange(new IamSignature(this, _time), _time),
        "AWS_MSK_IAM" => new IamExchange(new IamSignature(this, _time)),
        _ => null,
    };
}
