namespace Heliostat.Mirroring.Records;

/// <summary>What becomes of a record that cannot go where its batch goes.</summary>
internal enum RecordFate
{
    /// <summary>The lane stops before it.</summary>
    Stops,

    /// <summary>It is left out.</summary>
    LeftOut,

    /// <summary>It goes where such records are put (<see cref="IBatchOutput.PutAside"/>).</summary>
    PutAside,
}
