using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Limner.Gateway.Database;

/// <summary>A table by its mapping: any number of rows is one statement with an array for each column, whose text, and so its plan, is always the same.</summary>
internal sealed class PostgresTable
{
    private static readonly ConcurrentDictionary<IEntityType, PostgresTable> Known = new();

    private readonly string _name;
    private readonly string _insert;
    private readonly Column[] _columns;
    private readonly Column _key;

    private PostgresTable(IEntityType entity)
    {
        _name = entity.GetTableName()!;
        _columns = [.. entity.GetProperties().Select(property => new Column(property))];
        _key = _columns.First(column => column.IsKey);
        _insert = $"INSERT INTO {_name} ({string.Join(", ", _columns.Select(column => column.Name))}) "
            + $"SELECT * FROM unnest({string.Join(", ", _columns.Select((_, i) => $"${i + 1}"))})";
    }

    public static PostgresTable Of(DbContext context, Type entity) => Known.GetOrAdd(context.Model.FindEntityType(entity)!, found => new PostgresTable(found));

    public NpgsqlBatchCommand Insert(IReadOnlyList<object> rows)
    {
        var command = new NpgsqlBatchCommand(_insert);
        foreach (Column column in _columns)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = column.Store(rows) });
        }

        return command;
    }

    /// <summary>Sets the columns that are different; null where none is.</summary>
    public NpgsqlBatchCommand? Update(object before, object after)
    {
        Column[] changed = [.. _columns.Where(column => !Equals(column.Read(before), column.Read(after)))];
        if (changed.Length == 0)
        {
            return null;
        }

        var command = new NpgsqlBatchCommand($"UPDATE {_name} SET {string.Join(", ", changed.Select((column, i) => $"{column.Name} = ${i + 1}"))} WHERE {_key.Name} = ${changed.Length + 1}");
        foreach (Column column in changed.Append(_key))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = column.Store(after) ?? DBNull.Value });
        }

        return command;
    }

    private sealed class Column(IProperty property)
    {
        private readonly IClrPropertyGetter _getter = property.GetGetter();
        private readonly Func<object?, object?>? _convert = property.GetTypeMapping().Converter?.ConvertToProvider;
        private readonly Type _type = Stored(property);

        public string Name { get; } = property.GetColumnName();

        public bool IsKey { get; } = property.IsPrimaryKey();

        public object? Read(object row) => _getter.GetClrValue(row);

        public object? Store(object row) => Read(row) is { } value && _convert is not null ? _convert(value) : Read(row);

        public Array Store(IReadOnlyList<object> rows)
        {
            var values = Array.CreateInstance(_type, rows.Count);
            for (int i = 0; i < rows.Count; i++)
            {
                values.SetValue(Store(rows[i]), i);
            }

            return values;
        }

        private static Type Stored(IProperty property)
        {
            Type type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
            return property.IsNullable && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type;
        }
    }
}
