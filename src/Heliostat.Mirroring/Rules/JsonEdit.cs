namespace Heliostat.Mirroring.Rules;

/// <summary>What is done to the fields of a JSON object.</summary>
internal abstract class JsonEdit
{
    /// <summary>Writes a field as it is to be, name and value; false where it stays as it is.</summary>
    /// <param name="field">The field.</param>
    /// <param name="to">Where to.</param>
    /// <param name="isGone">It is left out.</param>
    /// <exception cref="JsonEditException">Its value is not what the edit takes.</exception>
    public abstract bool Write(in JsonField field, ByteBuffer to, out bool isGone);

    /// <summary>Writes fields behind the others; false where there are none.</summary>
    public virtual bool Append(in RecordView record, ByteBuffer to) => false;
}
