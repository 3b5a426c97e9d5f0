from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_task_events"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recordevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("create", "Created"),
                    ("import", "Imported"),
                    ("edit", "Changed"),
                    ("enter", "Entered the process"),
                    ("transition", "Moved"),
                    ("task", "Task done"),
                    ("task_reopened", "Task reopened"),
                    ("note", "Noted"),
                    ("delete", "Deleted"),
                    ("restore", "Restored"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
