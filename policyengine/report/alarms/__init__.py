"""`alarms` in its formats: templates of CloudFormation and of Terraform, the list of them, and lines for people."""
