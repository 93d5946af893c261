using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Planning;

namespace Heliostat.Api;

/// <summary>A running mirror, as the API looks at it and steers it.</summary>
internal interface IMirror
{
    /// <summary>What it does now, with each lane by itself or not.</summary>
    EngineSnapshot Look(bool withLanes);

    /// <summary>What one flow does now, with each lane and where groups stand.</summary>
    FlowSnapshot LookCloser(string flow);

    /// <summary>Duties of a flow are not done, or are done again, also after it began anew.</summary>
    void Idle(string flow, IReadOnlyList<Duty> duties, bool isIdle);

    /// <summary>
    /// A place that is there stands still, also after its flow began anew; ends when nothing of it is in flight and positions are stored.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="until">When it goes on by itself, whoever runs it then; null for never.</param>
    /// <param name="ct">Ends the waiting, not the pause.</param>
    Task PauseAsync(Place place, DateTimeOffset? until, CancellationToken ct);

    /// <summary>A place that was paused goes on.</summary>
    void Resume(Place place);

    /// <summary>A flow, or a topic of it, takes no more bytes a second; null for as much as it can.</summary>
    void Throttle(Place place, long? bytesPerSecond);

    /// <summary>
    /// Lanes of a flow that stand still go on elsewhere: all of them, or none where one cannot; ends when that is stored, or the caller
    /// waits no longer.
    /// </summary>
    /// <param name="flow">The flow.</param>
    /// <param name="to">The next source offset of each, or one of <see cref="Client.Admin.OffsetSpec"/>.</param>
    /// <param name="dryRun">Only say what would be.</param>
    /// <param name="ct">Ends the waiting.</param>
    Task<IReadOnlyList<LaneMove>> MoveAsync(string flow, IReadOnlyDictionary<TopicPartition, long> to, bool dryRun, CancellationToken ct);

    /// <summary>What stands still there by a trouble, and is tried again by itself, is tried now: so many lanes.</summary>
    int Retry(Place place);

    /// <summary>
    /// Where the groups of a flow stand on both sides; null where its positions are in a group of the source, and nothing is known of
    /// others.
    /// </summary>
    Task<FlowGroups?> GroupsAsync(string flow, CancellationToken ct);

    /// <summary>
    /// The processes that share a flow; null where that is a group of the source's matter. What the target refuses, or does not answer, is
    /// an exception of the client's, here and below.
    /// </summary>
    Task<WorkersDocument?> WorkersAsync(string flow, CancellationToken ct);

    /// <summary>
    /// A worker is to have nothing of a flow from now on, or takes part again; why not, or null. In a dry run only that is asked, as
    /// below.
    /// </summary>
    Task<string?> DrainAsync(string flow, string worker, bool isDrained, bool dryRun, CancellationToken ct);

    /// <summary>Slots of a flow, and the slot of a lane where one is named, are a worker's while it is there.</summary>
    Task<SlotMove> MoveSlotsAsync(
        string flow, string worker, IReadOnlyList<int> slots, TopicPartition? lane, bool dryRun, CancellationToken ct);

    /// <summary>
    /// The loads of the workers of a flow are levelled, and which slots were moved by hand is forgotten; why not, or null.
    /// </summary>
    Task<string?> RebalanceAsync(string flow, bool dryRun, CancellationToken ct);

    /// <summary>A lane of a flow that stands still, whichever process has it, passes records over.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="lane">The lane, by its source.</param>
    /// <param name="to">The next source offset to mirror; null where <paramref name="count"/> says it.</param>
    /// <param name="count">So many offsets from where it is.</param>
    /// <param name="dryRun">Only say what would be.</param>
    /// <param name="ct">Ends the waiting.</param>
    Task<LaneMove> SkipAsync(string flow, TopicPartition lane, long? to, long? count, bool dryRun, CancellationToken ct);
}
