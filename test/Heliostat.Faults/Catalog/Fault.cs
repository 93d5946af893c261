using Heliostat.Faults.Running;

namespace Heliostat.Faults.Catalog;

/// <summary>Something that goes wrong under load.</summary>
/// <param name="Name">How it is asked for, and its heading.</param>
/// <param name="What">In a sentence or two.</param>
/// <param name="PlayAsync">Does it; where the end of the damage is not the end of this call, it says so by
/// <see cref="Scene.SayOver"/>.</param>
internal sealed record Fault(string Name, string What, Func<Scene, CancellationToken, Task> PlayAsync)
{
    /// <summary>What figures that are not 0 are, by name.</summary>
    public string? Note { get; init; }

    /// <summary>A pattern of what should be told of it.</summary>
    public string Telling { get; init; } = "";

    /// <summary>Processes of each system.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Of the source's topic; as many as there can be where it is not said.</summary>
    public int? Replicas { get; init; }

    /// <summary>Whether it can be played on embedded brokers, where only our own systems run.</summary>
    public bool OnEmbedded { get; init; }

    /// <summary>Whether mirrors come by links that can be broken.</summary>
    public bool ByLinks { get; init; }

    /// <summary>Whether it befalls brokers or the ways to them, so that no other fault can be played beside it.</summary>
    public bool HurtsOthers { get; init; }

    /// <summary>How long the tokens are good for that mirrors log in with, by links; null where nobody logs in.</summary>
    public TimeSpan? LogsIn { get; init; }

    /// <summary>Whether brokers are told by names that can lead elsewhere (<see cref="Scene.MoveNames"/>).</summary>
    public bool HasNames { get; init; }

    /// <summary>Whether it runs only when it is asked for by name.</summary>
    public bool OnlyByName { get; init; }

    /// <summary>Configs of the source's topic.</summary>
    public IReadOnlyDictionary<string, string> TopicConfigs { get; init; } = new Dictionary<string, string>();

    /// <summary>More settings of flows.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a system may take to mirror on.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long it may take from its first process to its last; what is not over then is told, and the next goes on.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>Whether what the source held before the damage counts as expected, not only what it holds at the end.</summary>
    public bool CountsWhatTheSourceLost { get; init; }
}
