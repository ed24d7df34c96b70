using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage;

namespace Marketplace.Platform.Database;

/// <summary>
/// Rows that several may say at the same moment and that stand once. What another committed meanwhile cannot be looked
/// for beforehand, and must not undo the change beside which it was said again: the statement itself leaves it out.
/// </summary>
internal static class SaidOnce
{
    private const string Annotation = "SaidOnce";

    /// <summary>An added row of this table is left out where these values stand already.</summary>
    public static EntityTypeBuilder<T> SaysOnce<T>(this EntityTypeBuilder<T> builder, params string[] properties)
        where T : class
    {
        builder.HasIndex(properties).IsUnique();
        builder.HasAnnotation(Annotation, string.Join('\n', properties));
        return builder;
    }

    /// <summary>The added rows of such tables, in an order in which two transactions never wait for each other.</summary>
    public static List<EntityEntry> Added(DbContext db) =>
        [.. db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added && e.Metadata.FindAnnotation(Annotation) is not null)
            .OrderBy(e => e.Metadata.Name, StringComparer.Ordinal).ThenBy(e => string.Join('\n', KeysOf(e).Select(k => e.Property(k).CurrentValue)), StringComparer.Ordinal)];

    /// <summary>Writes one of them in the transaction of the context.</summary>
    public static async Task Insert(DbContext db, EntityEntry row, CancellationToken cancellation)
    {
        var sql = db.GetService<ISqlGenerationHelper>();
        var connection = db.Database.GetDbConnection();
        await using var command = connection.CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        var properties = row.Metadata.GetProperties().ToList();
        var parameters = properties.Select((property, at) => Parameter(command, property.GetRelationalTypeMapping(), $"p{at}", row.Property(property).CurrentValue)).ToList();
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        command.CommandText =
            $"INSERT INTO {sql.DelimitIdentifier(row.Metadata.GetTableName()!)} ({string.Join(", ", properties.Select(p => sql.DelimitIdentifier(p.GetColumnName())))}) " +
            $"VALUES ({string.Join(", ", parameters.Select(p => $"@{p.ParameterName.TrimStart('@')}"))}) " +
            $"ON CONFLICT ({string.Join(", ", KeysOf(row).Select(k => sql.DelimitIdentifier(row.Metadata.FindProperty(k)!.GetColumnName())))}) DO NOTHING";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string[] KeysOf(EntityEntry row) => ((string)row.Metadata.FindAnnotation(Annotation)!.Value!).Split('\n');

    private static DbParameter Parameter(DbCommand command, RelationalTypeMapping mapping, string name, object? value) =>
        mapping.CreateParameter(command, name, value, nullable: true);
}
