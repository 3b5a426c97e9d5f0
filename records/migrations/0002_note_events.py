from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
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
                    ("note", "Noted"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
