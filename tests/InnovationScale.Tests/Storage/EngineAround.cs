using System.Data.Common;

namespace InnovationScale.Storage;

/// <summary>A real engine in which a test lets something go wrong.</summary>
internal abstract class EngineAround(ISqlEngine whole) : ISqlEngine
{
    public bool IsShared => whole.IsShared;

    public virtual DbConnection Connect(bool forWriting) => whole.Connect(forWriting);

    public ISqlWriter Writer(DbConnection connection) => whole.Writer(connection);

    public virtual void Recover(DbConnection writer) => whole.Recover(writer);

    public string BeginSql => whole.BeginSql;

    public int ReadersMost => whole.ReadersMost;

    public string Text => whole.Text;

    public string Bytes => whole.Bytes;

    public string Number => whole.Number;

    public string Clustered => whole.Clustered;

    public string PassingOver => whole.PassingOver;

    public virtual bool IsBusy(DbException fault) => whole.IsBusy(fault);

    public ISqlWords Words => whole.Words;

    public bool IsOfARow(DbException fault) => whole.IsOfARow(fault);

    public void Dispose() => whole.Dispose();
}
