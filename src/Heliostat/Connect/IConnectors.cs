using System.Text.Json;
using Heliostat.Api;
using Heliostat.Configuration.Options;

namespace Heliostat.Connect;

/// <summary>Connectors, wherever they come from, and what operators want of them.</summary>
internal interface IConnectors
{
    /// <summary>What this process is called; null where that is its address.</summary>
    string? Worker { get; }

    /// <summary>The cluster that is written to; null before it answered.</summary>
    string? ClusterId { get; }

    /// <summary>The names of all of them, in order.</summary>
    /// <exception cref="Refusal">Nobody knows yet.</exception>
    IEnumerable<string> Names { get; }

    /// <summary>All of them, by name.</summary>
    /// <param name="call">Who asks: secrets are for those who may operate.</param>
    /// <exception cref="Refusal">Nobody knows yet.</exception>
    IReadOnlyList<Connector> All(Call call);

    /// <summary>One of them; null where there is none of the name.</summary>
    /// <exception cref="Refusal">Nobody knows yet.</exception>
    Connector? Find(string name, Call call);

    /// <summary>One of a flow, by the name that MirrorMaker 2's dedicated mode gives it; null where there is none of the name.</summary>
    /// <exception cref="Refusal">There is no such flow.</exception>
    Connector? Find(FlowName flow, string name);

    /// <summary>Whether connectors are found by their flow.</summary>
    /// <exception cref="Refusal">There is no such flow.</exception>
    void Check(FlowName flow);

    /// <summary>It takes in nothing more; its task stays.</summary>
    Task PauseAsync(Connector connector, Call call);

    /// <summary>It does nothing more and has no task; a flow keeps its lanes, so that it can go on at once.</summary>
    Task StopAsync(Connector connector, Call call);

    /// <summary>It goes on.</summary>
    Task ResumeAsync(Connector connector, Call call);

    /// <summary>What stands still is tried now; nothing that runs is disturbed.</summary>
    Task RestartAsync(Connector connector, Call call);

    /// <summary>
    /// It goes on elsewhere once it is resumed: lanes as <paramref name="body"/> says, or all at their beginning where that is null.
    /// </summary>
    /// <exception cref="Refusal">It is not stopped, or lanes cannot go on there.</exception>
    Task MoveAsync(Connector connector, JsonElement? body, Call call);

    /// <summary>Whether connectors can be made, changed and deleted here.</summary>
    /// <exception cref="Refusal">They cannot.</exception>
    void MayChange();

    /// <summary>A connector has these settings from now on; ends when it does.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="config">Its settings.</param>
    /// <param name="initial">What is wanted of it from its beginning; null for nothing in particular.</param>
    /// <param name="call">Who asks.</param>
    /// <exception cref="Refusal">It cannot.</exception>
    Task PutAsync(string name, IReadOnlyDictionary<string, string> config, TargetState? initial, Call call);

    /// <summary>A connector is there no more.</summary>
    /// <exception cref="Refusal">It cannot be deleted.</exception>
    Task DeleteAsync(Connector connector, Call call);
}
