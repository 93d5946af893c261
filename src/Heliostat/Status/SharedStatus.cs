using Heliostat.Mirroring.Flows;

namespace Heliostat.Status;

/// <summary>The document of a mirror, made once for all who are shown the same look at it. Thread-safe.</summary>
/// <param name="look">What the mirror does now, with each lane.</param>
/// <param name="startedAt">When the process started.</param>
internal sealed class SharedStatus(Func<EngineSnapshot> look, DateTimeOffset startedAt)
{
    private readonly Lock _gate = new();
    private (EngineSnapshot Of, StatusDocument Document)? _last;

    public StatusDocument Now()
    {
        var engine = look();
        lock (_gate)
        {
            if (_last is not { } last || !ReferenceEquals(last.Of, engine))
            {
                _last = last = (engine, StatusOf.Engine(engine, engine.At, startedAt));
            }

            return last.Document;
        }
    }
}
